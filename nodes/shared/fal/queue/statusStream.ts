import { createParser } from 'eventsource-parser';
import { ENDPOINT, type FalConnection } from '../http/client';
import type { Status } from './queue';
import { STREAM } from '../../limits';
import { attempt } from '../../flow/attempt';
import { Fuse } from '../../flow/fuse';

/** Status, stream, result and cancel live under the first two parts of the endpoint. */
const APP = ENDPOINT.split('/').slice(0, 2).join('/');

/** How a stream ended. */
export interface StreamEnd {
	/** the COMPLETED status, if that is how it ended */
	completed?: Status;
	/** whether it said anything: a proxy that collects whole answers stays silent to the end */
	spoke: boolean;
	/** whether it lasted as long as it was to */
	lasted: boolean;
}

/** Who listens. */
export interface Listener {
	/** Takes note of what fal says. */
	saw: (status: string) => void;
	/** ms for which there is still reason to listen; it may change with what fal says */
	left: () => number;
}

function requestFor({ key, proxyUrl }: FalConnection, requestId: string) {
	const target = `https://queue.fal.run/${APP}/requests/${requestId}/status/stream?logs=0`;
	const headers = { Authorization: `Key ${key}`, Accept: 'text/event-stream' };
	return proxyUrl
		? { url: proxyUrl, headers: { ...headers, 'x-fal-target-url': target } }
		: { url: target, headers };
}

function asStatus(data: string): Status | undefined {
	try {
		return JSON.parse(data) as Status;
	} catch {
		return undefined;
	}
}

/**
 * Listens to a request's status until it is COMPLETED, the stream ends, or there is no reason to listen any
 * longer. Not done with the client's own streaming, which throws inside a timer on a time-out and so ends
 * the process.
 *
 * @throws what broke it, or why there is none; the signal's reason after a stop
 */
export async function listen(
	connection: FalConnection,
	requestId: string,
	{ saw, left }: Listener,
	signal?: AbortSignal,
): Promise<StreamEnd> {
	const slice = performance.now() + STREAM.slice;
	const fuse = new Fuse();
	let spoke = false;
	let completed: Status | undefined;
	const parser = createParser((event) => {
		if (event.type !== 'event') return;
		spoke = true;
		const status = asStatus(event.data);
		if (typeof status?.status === 'string') saw(status.status);
		if (status?.status === 'COMPLETED') completed = status;
		fuse.set(Math.min(slice - performance.now(), left()));
	});
	// fal says where the request stands at once, so silence means that nothing will be said in time.
	fuse.set(Math.min(STREAM.firstWord, left()));
	const stop = signal ? AbortSignal.any([signal, fuse.signal]) : fuse.signal;
	const read = await attempt(async () => {
		const request = requestFor(connection, requestId);
		for await (const chunk of await connection.openStream(request, STREAM.slice, stop)) {
			parser.feed(chunk.toString('utf8'));
			if (completed) break;
		}
	});
	// A stream that ends by itself shortly before its slice is over has lasted as well.
	const lasted = fuse.signal.aborted || performance.now() > slice - STREAM.firstWord;
	fuse.blow();
	signal?.throwIfAborted();
	if ('error' in read && !lasted && !completed) throw read.error;
	return { completed, spoke, lasted };
}
