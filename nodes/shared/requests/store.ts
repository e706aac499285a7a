import { drawSeed } from './fingerprint';
import { processMemory, type SavedRequest, type SavedRequests } from './processMemory';
import { NEW, reduce, takenOf, type RequestEvent, type RequestState } from './request';

/** What is kept of a request, before it is sent, where also a kill leaves it. */
export interface Journal {
	/** Resolved when the request stands in it, or cannot be written. */
	enter(name: string): Promise<void>;
	/** Takes out a request that came to nothing. */
	strike(name: string): Promise<void>;
	/** Whether a run that was killed has begun to send the request. */
	holds(name: string): Promise<boolean>;
}

/** A request of a row, wherever its state is kept. */
export class Request {
	constructor(
		/** names it, of all that were ever made */
		readonly key: string,
		private readonly saved: SavedRequest,
	) {
		if (!processMemory.isBeingPlaced(key)) this.doubtLeftOver();
	}

	/** n8n has saved it in the moment before an answer: only what this process remembers can tell what came. */
	private doubtLeftOver(): void {
		const { state } = this;
		if (state.status !== 'submitting') return;
		const failure = { stage: 'submit', network: 'NO_ANSWER' } as const;
		this.saved.state = reduce(state, { type: 'lost', sought: state.sought, failure });
	}

	get state(): RequestState {
		return this.saved.state;
	}

	/** By what the journal knows it. */
	get name(): string {
		return `${this.key} ${this.state.attempt}`;
	}

	get seed(): number {
		return drawSeed(this.key, this.state.attempt);
	}

	/** @throws Error for an event that cannot be in its state */
	dispatch(event: RequestEvent): void {
		this.saved.state = reduce(this.state, event);
		processMemory.note(this.key, this.state);
	}

	/** Takes up what another execution of this process has made of it meanwhile. */
	recall(): void {
		const known = processMemory.stateOf(this.key);
		if (known && !takenOf(this.state) && known.attempt >= this.state.attempt)
			this.saved.state = known;
		this.doubtLeftOver();
	}

	/** Places it, with what is known of it by then, while no other execution of this process does. */
	async alone<T>(place: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		const recallAndPlace = async () => {
			this.recall();
			return await place();
		};
		return await processMemory.alone(this.key, recallAndPlace, signal);
	}

	/** Whether another execution of this process waits for it too: then it is not this one's to cancel. */
	get isShared(): boolean {
		return processMemory.holdersOf(this.key) > 1;
	}

	hold(): void {
		processMemory.hold(this.key, 1);
	}

	/** @param isDelivered whether n8n has its output; then its state says no more than that it is paid */
	release(isDelivered: boolean): void {
		processMemory.hold(this.key, -1);
		if (!isDelivered) return;
		this.saved.isClosed = true;
		const taken = takenOf(this.state);
		if (!taken) return;
		this.saved.state = { status: 'submitted', attempt: this.state.attempt, taken };
		processMemory.note(this.key, this.state);
	}
}

/**
 * The requests of one visit of the node. A row finds the request that was made for it before, as long as n8n has not
 * got its output: in an earlier try (Retry On Fail, also of a tool), or in the execution that is retried.
 */
export class Requests {
	private readonly opened = new Map<string, Request>();

	/**
	 * @param origin names the node and the execution that was first started, also in its retries
	 * @param saved what n8n saves with the execution
	 */
	constructor(
		private readonly origin: string,
		private readonly saved: SavedRequests,
	) {
		for (const { state } of Object.values(saved).flat()) processMemory.noteId(state);
	}

	/** @param row its fingerprint */
	of(row: string): Request {
		const known = this.opened.get(row);
		if (known) return known;
		const list = (this.saved[row] ??= []);
		if (list.length === 0 || list.at(-1)!.isClosed) list.push({ state: NEW });
		const request = new Request(`${this.origin} ${row} ${list.length - 1}`, list.at(-1)!);
		this.opened.set(row, request);
		request.hold();
		return request;
	}

	/** Those of this visit, and those that an earlier try has made. */
	private open(): RequestState[] {
		const all = Object.values(this.saved).flat();
		return all.filter(({ isClosed }) => !isClosed).map(({ state }) => state);
	}

	/** The ids of all requests of this visit that fal has. */
	ids(): string[] {
		return this.open().flatMap((state) => takenOf(state)?.request_id ?? []);
	}

	/** How many requests of this visit were sent, and nobody knows whether fal has them. */
	inDoubt(): number {
		return this.open().filter(({ status }) => status === 'unconfirmed').length;
	}

	/** @param isDelivered whether n8n has the output of this visit, and will not run the node again for it */
	end(isDelivered: boolean): void {
		for (const request of this.opened.values()) request.release(isDelivered);
	}
}
