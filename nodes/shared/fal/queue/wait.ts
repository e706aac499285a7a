import { attempt } from '../../flow/attempt';
import type { ConcurrencyLimit, Priority } from '../../flow/gate';
import { DEFAULT_START_TIMEOUT_SECONDS } from '../../limits';
import type { FalConnection } from '../http/client';
import { completion } from './completion';
import { cancel, status } from './queue';
import { orFromHistory, result, type EditResult } from './result';

/** fal ends a request at its start timeout itself; the node does so for one that it has heard nothing of a moment later. */
const START_GRACE = 15_000;

/** What of a wait was too long: fal's queue, or fal's work. */
export type WaitPart = 'queue' | 'work';

/**
 * How long a request may still be waited for. Of two clocks one runs: in fal's queue that of the start
 * timeout, while fal works that of the timeout. A request whose machine died is in the queue again, and its
 * work counts on from where it stood: so both together are an end. As long as fal has not said where the
 * request stands, it may be at work. Read from `performance.now()`, which no setting of the clock changes.
 */
class WaitClock {
	private part?: WaitPart;
	private since = performance.now();
	/** ms */
	private readonly rest: Record<WaitPart, number>;

	/** @param limits in s */
	constructor(limits: { timeout: number; startTimeout: number }) {
		// fal's own start timeout comes first: its word on it is final, and needs no cancel.
		this.rest = { queue: limits.startTimeout * 1_000 + START_GRACE, work: limits.timeout * 1_000 };
	}

	/** Takes note of where fal says that the request stands; other words than its two change nothing. */
	saw(status: string): void {
		const part = PART_BY_STATUS[status];
		if (!part || part === this.part) return;
		if (this.part) this.rest[this.part] = this.left();
		this.part = part;
		this.since = performance.now();
	}

	/** ms until the wait ends if nothing changes */
	left(): number {
		return Math.max(0, this.rest[this.current] - (performance.now() - this.since));
	}

	/** what is being waited for, as far as is known */
	get current(): WaitPart {
		return this.part ?? 'work';
	}
}

const PART_BY_STATUS: Record<string, WaitPart | undefined> = {
	IN_QUEUE: 'queue',
	IN_PROGRESS: 'work',
};

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
	const options = { logs: true, signal };
	const look = await attempt(async () => await status(connection, requestId, options));
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
