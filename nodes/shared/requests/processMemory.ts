import type { Arrival, CallbackData } from '../fal/webhooks/callbackData';
import { orAborted } from '../flow/pause';
import { RecentMap } from '../flow/recentMap';
import { REQUESTS_KEPT } from '../limits';
import { takenOf, type RequestState } from './request';

/** In place of a visit, of what n8n has and runs no more. */
export const FOR_GOOD = 'for good';

/** One request as n8n saves it with the execution. */
export interface SavedRequest {
	state: RequestState;
	/**
	 * n8n has its output, so the next equal row of the execution is another request; in a visit that n8n may still run
	 * again, or for good
	 */
	givenIn?: string;
}

/** The requests of an execution by their row's fingerprint, the oldest first. */
export type SavedRequests = Record<string, SavedRequest[]>;

/** What only the process that has submitted a request knows of it: fal shows nothing of this. */
export interface Submit {
	/** whose Submit Edit has sent it */
	workflowId?: string;
	/** how its callback comes in */
	arrival?: Arrival;
	/** what the callback brings along */
	data?: CallbackData;
}

/** What this process knows of requests, whichever execution has made them. */
class ProcessMemory {
	private readonly states = new RecentMap<string, RequestState>(REQUESTS_KEPT);
	private readonly submits = new RecentMap<string, Submit>(REQUESTS_KEPT);
	private readonly locks = new Map<string, Promise<void>>();
	private readonly holders = new Map<string, number>();
	private readonly origins = new RecentMap<string, true>(REQUESTS_KEPT);
	/** those of visits that have not ended: children of one execution may run at once */
	readonly inUse = new WeakSet<SavedRequest>();
	private readonly families = new RecentMap<string, SavedRequests>(REQUESTS_KEPT);

	stateOf(key: string): RequestState | undefined {
		return this.states.get(key);
	}

	noteId(state: RequestState): void {
		const taken = takenOf(state);
		if (taken) this.noteSubmit(taken.request_id);
	}

	/** Adds to what is known of a request that fal has taken. */
	noteSubmit(requestId: string, more: Submit = {}): void {
		this.submits.set(requestId, { ...this.submits.get(requestId), ...more });
	}

	note(key: string, state: RequestState): void {
		this.noteId(state);
		const known = this.states.get(key);
		// Another execution may have begun the next one meanwhile; what is refused is begun no more.
		const isBegun = state.status === 'new' && known?.status !== 'submitting';
		if (!known || known.attempt + Number(isBegun) <= state.attempt) this.states.set(key, state);
	}

	/** @returns undefined where no execution of this process has submitted the request */
	submitOf(requestId: string): Submit | undefined {
		return this.submits.get(requestId);
	}

	/** Whether a request that asks for the same is on its way to fal. */
	isSending(fields: string): boolean {
		return [...this.states.values()].some(
			(state) =>
				state.status === 'submitting' &&
				'fields' in state.sought &&
				JSON.stringify(state.sought.fields) === fields,
		);
	}

	holdersOf(key: string): number {
		return this.holders.get(key) ?? 0;
	}

	/** @param change how many executions more, or less, wait for the request */
	hold(key: string, change: 1 | -1): void {
		const count = this.holdersOf(key) + change;
		if (count > 0) this.holders.set(key, count);
		else this.holders.delete(key);
	}

	isLocked(key: string): boolean {
		return this.locks.has(key);
	}

	/** Runs `work` while nobody else in this process does so for the same request. */
	async withLock<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		while (this.locks.has(key)) await orAborted(this.locks.get(key), signal);
		let unlock = () => {};
		this.locks.set(key, new Promise<void>((resolve) => (unlock = resolve)));
		try {
			return await work();
		} finally {
			this.locks.delete(key);
			unlock();
		}
	}

	/** Notes that an execution begins; tells whether it is the first of this name. */
	begins(origin: string): boolean {
		const isFirst = !this.origins.has(origin);
		this.origins.set(origin, true);
		return isFirst;
	}

	/** The requests of all executions that one execution has started, each of which begins with nothing. */
	family(origin: string): SavedRequests {
		return this.families.obtain(origin, () => ({}));
	}
}

export const processMemory = new ProcessMemory();
