import { attempt } from '../../flow/attempt';
import type { FalConnection } from '../http/client';
import { FalFailure } from '../failure';
import { cancel } from './cancel';
import { orFromHistory } from './keptResult';
import { result, status, type EditResult, type Status } from './queue';
import { PollSchedule } from './pollSchedule';
import { listen, type Listener } from './statusStream';
import { WaitClock, type WaitPart } from './waitClock';
import { DEFAULT_START_TIMEOUT_SECONDS, STREAM } from '../../limits';
import { pause } from '../../flow/pause';
import type { ConcurrencyLimit, Priority } from '../../flow/gate';

export interface WaitOptions {
	/** the longest that fal may work on it, in s */
	timeout: number;
	/** the longest that it may wait in fal's queue, in s */
	startTimeout?: number;
	/** told each word of fal on where the request stands */
	onStatus?: (status: string) => void;
	logs?: boolean;
	/** a stop of the execution: cancels at fal what still waits there */
	signal?: AbortSignal;
	/** given to the fetching of results, each a moment: downloads would keep the processor from them */
	results?: Priority;
	/** asked when a stop or the time-out would cancel it at fal; what somebody else has submitted goes on */
	mayCancel?: () => boolean;
	/** whether the images are in the answer, as with `sync_mode` */
	isLarge?: boolean;
	/** bounds how many such answers are fetched at once */
	largeCalls?: ConcurrencyLimit;
}

/** What is known of a request whose time was up. */
export type AfterTimeout = 'cancel requested' | 'not cancelled' | 'goes on';

/** The request waited, or was worked on, for longer than the user allows. */
export class WaitTimeout extends Error {
	override readonly name = 'WaitTimeout';

	constructor(
		readonly requestId: string,
		readonly ended: WaitPart,
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
	listener: Listener,
	signal?: AbortSignal,
): Promise<{ completed?: Status; cost: number }> {
	const stream = await attempt(async () => await listen(connection, requestId, listener, signal));
	signal?.throwIfAborted();
	if ('error' in stream) return { cost: 1 };
	const { completed, spoke, lasted } = stream.value;
	if (!spoke) return { cost: STREAM.breaks };
	return { completed, cost: lasted ? 0 : 1 };
}

/**
 * Waits for COMPLETED: at the status stream, and with looks where that breaks. Unknown states and
 * passing failures only mean another look.
 *
 * @returns the last status, or undefined when the time is up
 * @throws FalFailure of stage `status` for a lasting refusal; the signal's reason on a stop
 */
async function completion(
	connection: FalConnection,
	requestId: string,
	{ saw, left }: Listener,
	signal?: AbortSignal,
): Promise<Status | undefined> {
	const schedule = new PollSchedule();
	for (let trust = STREAM.breaks; ; ) {
		if (trust > 0) {
			const stream = await followStream(connection, requestId, { saw, left }, signal);
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

/**
 * After a time-out: asks fal to drop the request, unless it finished meanwhile. `CANCELLATION_REQUESTED` is
 * no promise, so there is one more look.
 *
 * @throws WaitTimeout when there is no result to fetch
 */
async function giveUp(
	connection: FalConnection,
	requestId: string,
	timedOut: (after: AfterTimeout) => WaitTimeout,
	mayCancel: () => boolean = () => true,
) {
	if (!mayCancel()) throw timedOut('goes on');
	// The time is up: two tries, then the user hears of it.
	const answer = await cancel(connection, requestId, 2).catch(() => undefined);
	if (answer === 'ALREADY_COMPLETED') return;
	if (answer !== 'CANCELLATION_REQUESTED') throw timedOut('not cancelled');
	const look = await attempt(async () => await status(connection, requestId));
	const isDone = 'value' in look && look.value.status === 'COMPLETED';
	const found = isDone && (await attempt(async () => await result(connection, requestId)));
	if (!found || 'error' in found) throw timedOut('cancel requested');
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
	if (options.signal?.aborted && (options.mayCancel?.() ?? true))
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

/** Waits until there is an outcome, or the time is up. */
async function waitForEnd(connection: FalConnection, requestId: string, options: WaitOptions) {
	const { timeout, startTimeout = DEFAULT_START_TIMEOUT_SECONDS, mayCancel, onStatus } = options;
	const clock = new WaitClock({ timeout, startTimeout });
	const saw = (said: string) => {
		clock.saw(said);
		onStatus?.(said);
	};
	const listener = { saw, left: () => clock.left() };
	if (await completion(connection, requestId, listener, options.signal)) return;
	const part = clock.current;
	const seconds = part === 'queue' ? startTimeout : timeout;
	const timedOut = (after: AfterTimeout) => new WaitTimeout(requestId, part, seconds, after);
	await giveUp(connection, requestId, timedOut, mayCancel);
}

async function waitAndFetch(connection: FalConnection, requestId: string, options: WaitOptions) {
	const { logs, signal, results, isLarge, largeCalls } = options;
	const ended = await attempt(async () => await waitForEnd(connection, requestId, options));
	if ('error' in ended) return await orFromHistory(connection, requestId, ended.error, signal);
	const fetchIt = async () => await result(connection, requestId, signal, isLarge);
	const found = await (largeCalls?.(fetchIt) ?? results?.urgent(fetchIt) ?? fetchIt());
	return logs ? { ...found, logs: await logsOf(connection, requestId, signal) } : found;
}
