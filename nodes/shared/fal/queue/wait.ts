import { attempt } from '../../flow/attempt';
import type { FalConnection } from '../http/client';
import { FalFailure, isPassing, isShutOut, type FailureFacts } from '../failure';
import { cancel } from './cancel';
import { orFromHistory } from './keptResult';
import { result, status, type EditResult, type Status } from './queue';
import { listen } from './statusStream';
import { POLL, STREAM, UNKNOWN_REQUEST_TRIES } from '../../limits';
import { pause } from '../../flow/pause';
import type { ConcurrencyLimit } from '../../flow/concurrencyLimit';
import type { Priority } from '../../flow/priority';
import { pauseBeforeTry } from '../http/retries';

export interface WaitOptions {
	/** the longest wait, in s; queueing counts */
	timeout: number;
	logs?: boolean;
	/** a stop of the execution: cancels at fal what still waits there */
	signal?: AbortSignal;
	/** given to the fetching of results, each a moment: downloads would keep the processor from them */
	results?: Priority;
	/** whether somebody else ordered it: then neither a stop nor the time-out cancels it at fal */
	onlyWaits?: boolean;
	/** whether the images are in the answer, as with `sync_mode` */
	isLarge?: boolean;
	/** bounds how many such answers are fetched at once */
	largeCalls?: ConcurrencyLimit;
}

/** What is known of a request whose time was up. */
export type AfterTimeout = 'cancel requested' | 'not cancelled' | 'goes on';

/** The wait was longer than the user allows. */
export class WaitTimeout extends Error {
	override readonly name = 'WaitTimeout';

	constructor(
		readonly requestId: string,
		readonly seconds: number,
		readonly after: AfterTimeout,
	) {
		super(`no result within ${seconds} s`);
	}
}

/**
 * Listens to the status stream.
 *
 * @returns the COMPLETED status, or how much trust in streams this one has cost
 */
async function followStream(
	connection: FalConnection,
	requestId: string,
	ms: number,
	signal?: AbortSignal,
): Promise<{ completed?: Status; cost: number }> {
	const end = performance.now() + ms;
	const stream = await attempt(async () => await listen(connection, requestId, ms, signal));
	signal?.throwIfAborted();
	if ('error' in stream) return { cost: 1 };
	if (!stream.value.spoke) return { cost: STREAM.breaks };
	return {
		completed: stream.value.completed,
		cost: performance.now() < end - STREAM.firstWord ? 1 : 0,
	};
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
 * @param until when to give up, as `performance.now()`, which no setting of the clock changes
 * @returns the last status, or undefined when the time is up
 * @throws FalFailure of stage `status` for a lasting refusal; the signal's reason on a stop
 */
async function completion(
	connection: FalConnection,
	requestId: string,
	until: number,
	signal?: AbortSignal,
): Promise<Status | undefined> {
	const schedule = new PollSchedule();
	for (let trust = STREAM.breaks; ; ) {
		const left = () => Math.max(0, until - performance.now());
		if (trust > 0) {
			const stream = await followStream(
				connection,
				requestId,
				Math.min(STREAM.slice, left()),
				signal,
			);
			if (stream.completed) return stream.completed;
			trust -= stream.cost;
		}
		const look = await attempt(async () => await status(connection, requestId, { signal }));
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

/**
 * After a time-out: asks fal to drop the request, unless it finished meanwhile. `CANCELLATION_REQUESTED` is
 * no promise, so there is one more look.
 *
 * @throws WaitTimeout when there is no result to fetch
 */
async function giveUp(connection: FalConnection, requestId: string, options: WaitOptions) {
	const { timeout, onlyWaits } = options;
	if (onlyWaits) throw new WaitTimeout(requestId, timeout, 'goes on');
	// The time is up: two tries, then the user hears of it.
	const answer = await cancel(connection, requestId, 2).catch(() => undefined);
	if (answer === 'ALREADY_COMPLETED') return;
	if (answer !== 'CANCELLATION_REQUESTED')
		throw new WaitTimeout(requestId, timeout, 'not cancelled');
	const look = await attempt(async () => await status(connection, requestId));
	const isDone = 'value' in look && look.value.status === 'COMPLETED';
	const found = isDone && (await attempt(async () => await result(connection, requestId)));
	if (!found || 'error' in found) throw new WaitTimeout(requestId, timeout, 'cancel requested');
}

/**
 * Waits for a request and fetches its images. COMPLETED only means that there is an outcome;
 * whether it is images or a refusal, the result tells.
 *
 * @throws FalFailure, WaitTimeout, or the signal's reason after a stop; the request is then cancelled at fal, unless
 * the node only waits for it
 */
export async function waitForResult(
	connection: FalConnection,
	requestId: string,
	options: WaitOptions,
): Promise<EditResult & { logs?: unknown }> {
	const waited = await attempt(async () => await waitAndFetch(connection, requestId, options));
	if ('value' in waited) return waited.value;
	// Nothing waits for this: the user has stopped the run.
	if (options.signal?.aborted && !options.onlyWaits)
		void cancel(connection, requestId).catch(() => undefined);
	throw waited.error;
}

/** Logs are a courtesy: an edit that is done does not fail for want of them. */
async function logsOf(connection: FalConnection, requestId: string, signal?: AbortSignal) {
	const look = await attempt(
		async () => await status(connection, requestId, { logs: true, signal }),
	);
	return ('value' in look && (look.value as { logs?: unknown[] | null }).logs) || [];
}

async function waitAndFetch(connection: FalConnection, requestId: string, options: WaitOptions) {
	const { timeout, logs, signal, results, isLarge, largeCalls } = options;
	const until = performance.now() + timeout * 1_000;
	const done = await attempt(async () => await completion(connection, requestId, until, signal));
	if ('error' in done) return await orFromHistory(connection, requestId, done.error, signal);
	if (!done.value) await giveUp(connection, requestId, options);
	const fetchIt = async () => await result(connection, requestId, signal, isLarge);
	const found = await (largeCalls?.(fetchIt) ?? results?.urgent(fetchIt) ?? fetchIt());
	return logs ? { ...found, logs: await logsOf(connection, requestId, signal) } : found;
}
