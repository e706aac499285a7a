import { attempt } from './attempt';
import type { FalConnection } from './falClient';
import { FalFailure, isPassing, type FailureFacts } from './falFailure';
import { cancel, result, status, type EditResult, type Status } from './falQueue';
import { POLL, UNKNOWN_REQUEST_TRIES } from './limits';
import { pause } from './pause';
import { pauseBeforeTry } from './retry';

export interface WaitOptions {
	/** the longest wait, in s; queueing counts */
	timeout: number;
	logs?: boolean;
	/** a stop of the execution: cancels at fal what still waits there */
	signal?: AbortSignal;
}

/** The wait was longer than the user allows. */
export class WaitTimeout extends Error {
	override readonly name = 'WaitTimeout';

	constructor(
		readonly requestId: string,
		readonly seconds: number,
		/** whether fal confirmed that it drops the request */
		readonly cancelled: boolean,
	) {
		super(`no result within ${seconds} s`);
	}
}

/** Whether a failed look at the status may be followed by another. */
function mayLookAgain(facts: FailureFacts, failed: number): boolean {
	return isPassing(facts) || (facts.status === 404 && failed < UNKNOWN_REQUEST_TRIES);
}

/**
 * Looks at the status until it is COMPLETED. Unknown states and passing failures only mean another look.
 *
 * @param until when to give up, as `Date.now()`
 * @returns the last status, or undefined when the time is up
 * @throws FalFailure of stage `status` for a lasting refusal; the signal's reason on a stop
 */
async function completion(
	connection: FalConnection,
	requestId: string,
	until: number,
	{ logs, signal }: WaitOptions,
): Promise<Status | undefined> {
	let failed = 0;
	for (let wait = POLL.first; ; wait = Math.min(wait * POLL.growth, POLL.longest)) {
		let next = wait;
		const look = await attempt(async () => await status(connection, requestId, { logs, signal }));
		if ('error' in look) {
			const { error } = look;
			if (!(error instanceof FalFailure) || !mayLookAgain(error.facts, ++failed)) throw error;
			next = Math.max(wait, pauseBeforeTry(failed, error.facts));
		} else {
			if (look.value.status === 'COMPLETED') return look.value;
			failed = 0;
		}
		if (Date.now() >= until) return undefined;
		await pause(Math.min(next, until - Date.now()), signal);
	}
}

/** After a time-out: drops the request at fal, unless it finished meanwhile. */
async function giveUp(
	connection: FalConnection,
	requestId: string,
	seconds: number,
): Promise<void> {
	const answer = await cancel(connection, requestId).catch(() => undefined);
	if (answer === 'ALREADY_COMPLETED') return;
	throw new WaitTimeout(requestId, seconds, answer === 'CANCELLATION_REQUESTED');
}

/**
 * Waits for a request and fetches its images. COMPLETED only means that there is an outcome;
 * whether it is pictures or a refusal, the result tells.
 *
 * @throws FalFailure, WaitTimeout, or the signal's reason after a stop; the request is then cancelled at fal
 */
export async function waitForResult(
	connection: FalConnection,
	requestId: string,
	options: WaitOptions,
): Promise<EditResult & { logs?: unknown }> {
	const waited = await attempt(async () => await waitAndFetch(connection, requestId, options));
	if ('value' in waited) return waited.value;
	// Nothing waits for this: the user has stopped the run.
	if (options.signal?.aborted) void cancel(connection, requestId).catch(() => undefined);
	throw waited.error;
}

async function waitAndFetch(connection: FalConnection, requestId: string, options: WaitOptions) {
	const { timeout, logs, signal } = options;
	const done = await completion(connection, requestId, Date.now() + timeout * 1_000, options);
	if (!done) await giveUp(connection, requestId, timeout);
	const found = await result(connection, requestId, signal);
	return { ...found, ...(logs && { logs: (done as { logs?: unknown } | undefined)?.logs ?? [] }) };
}
