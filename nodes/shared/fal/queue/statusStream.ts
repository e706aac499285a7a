import { createParser } from 'eventsource-parser';
import { ENDPOINT, type FalConnection } from '../http/client';
import { FalFailure } from '../failure';
import type { Status } from './queue';
import { STREAM } from '../../limits';
import { pause } from '../../flow/pause';

/** Status, stream, result and cancel live under the first two parts of the endpoint. */
const APP = ENDPOINT.split('/').slice(0, 2).join('/');

/** How a stream ended. */
export interface StreamEnd {
	/** the COMPLETED status, if that is how it ended */
	completed?: Status;
	/** whether it said anything: a proxy that collects whole answers stays silent to the end */
	spoke: boolean;
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
 * Listens to a request's status until it is COMPLETED, the stream ends, or `ms` are over. Not done with
 * the client's own streaming, which throws inside a timer on a time-out and so ends the process.
 *
 * @throws FalFailure when there is no stream, or it breaks; the signal's reason after a stop
 */
export async function listen(
	connection: FalConnection,
	requestId: string,
	ms: number,
	signal?: AbortSignal,
): Promise<StreamEnd> {
	const end: StreamEnd = { spoke: false };
	const parser = createParser((event) => {
		if (event.type !== 'event') return;
		end.spoke = true;
		const status = asStatus(event.data);
		if (status?.status === 'COMPLETED') end.completed = status;
	});
	const over = new AbortController();
	const stop = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
	// fal says where the request stands at once, so silence means that nothing will be said in time.
	const closeIfSilent = async () => {
		await pause(Math.min(STREAM.firstWord, ms), stop);
		if (end.spoke) await pause(ms - STREAM.firstWord, stop);
		over.abort();
	};
	closeIfSilent().catch(() => undefined);
	try {
		const body = await connection.openStream(requestFor(connection, requestId), ms, stop);
		for await (const chunk of body) {
			parser.feed(chunk.toString('utf8'));
			if (end.completed) break;
		}
		return end;
	} catch (error) {
		return endOf(error, end, over.signal.aborted, signal);
	} finally {
		over.abort();
	}
}

/** A stream that we closed ourselves has ended; one that broke after speaking is worth opening again. */
function endOf(error: unknown, end: StreamEnd, closed: boolean, signal?: AbortSignal): StreamEnd {
	signal?.throwIfAborted();
	if (closed || end.completed) return end;
	throw error instanceof FalFailure ? error : new FalFailure({ network: 'NO_ANSWER' });
}
