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
