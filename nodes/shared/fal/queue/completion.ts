import { createParser } from 'eventsource-parser';
import { attempt } from '../../flow/attempt';
import { after, pause } from '../../flow/pause';
import { STREAM, UNKNOWN_REQUEST_TRIES } from '../../limits';
import { FalFailure, isPassing, type FailureFacts } from '../failure';
import { isShutOut } from '../speaker';
import { callTo, requestUrl, type FalConnection } from '../http/client';
import { parsedBody } from '../http/http';
import { pauseBeforeTry } from '../http/retries';
import { status, type Status } from './queue';

/** An edit takes 10 to 60 s: looks are close together at first and then spread out. */
const POLL = { first: 500, growth: 1.25, longest: 3_000 };

/** Ends something after a time that can be set anew while it runs. */
class Fuse {
	private readonly end = new AbortController();
	private turn = new AbortController();

	/** aborted once the time is up */
	readonly signal = this.end.signal;

	/** @param ms from now, in place of what was left */
	set(ms: number): void {
		this.turn.abort();
		this.turn = new AbortController();
		after(ms, this.turn.signal, () => this.end.abort());
	}

	/** Ends it now. */
	blow(): void {
		this.turn.abort();
		this.end.abort();
	}
}

/** Who listens. */
interface Listener {
	/** Takes note of what fal says. */
	saw: (status: string) => void;
	/** ms for which there is still reason to listen; it may change with what fal says */
	left: () => number;
}

/**
 * Listens to a request's status until it is COMPLETED, the stream ends, or there is no reason to listen any
 * longer. Not done with the client's own streaming, which throws inside a timer on a time-out and so ends
 * the process.
 *
 * @returns the COMPLETED status, or how much trust in streams this one has cost: all of it where nothing was said,
 * as by a proxy that collects whole answers
 * @throws the signal's reason after a stop
 */
async function listen(
	connection: FalConnection,
	requestId: string,
	{ saw, left }: Listener,
	signal?: AbortSignal,
): Promise<{ completed?: Status; cost: number }> {
	const slice = performance.now() + STREAM.slice;
	const fuse = new Fuse();
	let spoke = false;
	let completed: Status | undefined;
	const parser = createParser((event) => {
		if (event.type !== 'event') return;
		spoke = true;
		const said = Object(parsedBody(event.data)) as Partial<Status>;
		if (typeof said.status === 'string') saw(said.status);
		if (said.status === 'COMPLETED') completed = said as Status;
		fuse.set(Math.min(slice - performance.now(), left()));
	});
	// fal says where the request stands at once, so silence means that nothing will be said in time.
	fuse.set(Math.min(STREAM.firstWord, left()));
	const stop = signal ? AbortSignal.any([signal, fuse.signal]) : fuse.signal;
	const read = await attempt(async () => {
		const address = `${requestUrl(requestId)}/status/stream?logs=0`;
		const request = callTo(connection, address, 'text/event-stream');
		for await (const chunk of await connection.openStream(request, STREAM.slice, stop)) {
			parser.feed(chunk.toString('utf8'));
			if (completed) break;
		}
	});
	// A stream that ends by itself shortly before its slice is over has lasted as well.
	const lasted = fuse.signal.aborted || performance.now() > slice - STREAM.firstWord;
	fuse.blow();
	signal?.throwIfAborted();
	if (completed) return { completed, cost: 0 };
	if ('error' in read && !lasted) return { cost: 1 };
	if (!spoke) return { cost: STREAM.breaks };
	return { cost: lasted ? 0 : 1 };
}

/** The steps from one look to the next. */
class PollSchedule {
	private wait = POLL.first;
	private failed = 0;

	/** ms to the next look after one that found the request unfinished */
	afterFound(): number {
		this.failed = 0;
		const wait = this.wait;
		this.wait = Math.min(wait * POLL.growth, POLL.longest);
		return wait;
	}

	/** ms to the next look after one that failed; undefined when there is no point in another */
	afterFailure(facts: FailureFacts): number | undefined {
		this.failed += 1;
		const isDoubtful = facts.status === 404 || isShutOut(facts);
		const mayPass = isDoubtful ? this.failed < UNKNOWN_REQUEST_TRIES : isPassing(facts);
		return mayPass ? Math.max(this.wait, pauseBeforeTry(this.failed, facts)) : undefined;
	}
}

/**
 * Waits for COMPLETED: at the status stream, and with looks where that breaks. Unknown states and
 * passing failures only mean another look.
 *
 * @returns the last status, or undefined when the time is up
 * @throws FalFailure of stage `status` for a lasting refusal; the signal's reason on a stop
 */
export async function completion(
	connection: FalConnection,
	requestId: string,
	{ saw, left }: Listener,
	signal?: AbortSignal,
): Promise<Status | undefined> {
	const schedule = new PollSchedule();
	for (let trust = STREAM.breaks; ; ) {
		if (trust > 0) {
			const stream = await listen(connection, requestId, { saw, left }, signal);
			if (stream.completed) return stream.completed;
			trust -= stream.cost;
		}
		const look = await attempt(async () => await status(connection, requestId, { signal }));
		if ('value' in look) saw(look.value.status);
		if ('value' in look && look.value.status === 'COMPLETED') return look.value;
		if ('error' in look && !(look.error instanceof FalFailure)) throw look.error;
		const next =
			'value' in look
				? schedule.afterFound()
				: schedule.afterFailure((look.error as FalFailure).facts);
		if (next === undefined) throw (look as { error: unknown }).error;
		if (left() === 0) return undefined;
		await pause(Math.min(next, left()), signal);
	}
}
