import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Emulator } from '../../emulator';
import { realPause } from '../clock';

/** How long calls to fal take on their way, on this machine as busy as it is. All in the hurried ms. */
export interface TimedCalls {
	slowestSince(start: number): number;
	stop(): void;
}

/** Calls fal over and over, until it is told to stop. */
export function timeCalls(fal: Emulator): TimedCalls {
	const calls: Array<{ end: number; ms: number }> = [];
	let over = false;
	const call = async () => {
		while (!over) {
			const start = Date.now();
			// A connection that was kept for too long is closed in the moment of a call.
			await fetch(fal.url).then(
				async (answer) => await answer.arrayBuffer(),
				() => undefined,
			);
			const end = Date.now();
			calls.push({ end, ms: end - start });
			await realPause(50);
		}
	};
	void call();
	return {
		slowestSince: (start) =>
			calls.reduce((most, { end, ms }) => (end >= start ? Math.max(most, ms) : most), 0),
		stop: () => (over = true),
	};
}

/** How long the answer that first names each request took to come in, whoever had asked. */
export const answeredIn = new Map<string, number>();

/** Notes the answers to all calls of this process, by fal's header. */
export function timeAnswers(): void {
	const begun = new WeakMap<ClientRequest, number>();
	subscribe('http.client.request.created', (message) => {
		begun.set((message as { request: ClientRequest }).request, Date.now());
	});
	subscribe('http.client.response.finish', (message) => {
		const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
		const id = response.headers['x-fal-request-id'];
		if (typeof id === 'string' && !answeredIn.has(id))
			answeredIn.set(id, Date.now() - (begun.get(request) ?? 0));
	});
}
