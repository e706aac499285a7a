import { drawSeed } from './fingerprint';
import { FOR_GOOD, processMemory, type SavedRequest, type SavedRequests } from './processMemory';
import { NEW, reduce, takenOf, type RequestEvent, type RequestState } from './request';

/** What is kept of a request, before it is sent, where also a kill leaves it. */
export interface Journal {
	/** Resolved when the request stands in it, or cannot be written. */
	enter(name: string): Promise<void>;
	/** Takes out a request that came to nothing. */
	remove(name: string): Promise<void>;
	/** Whether an earlier run has begun to send the request; undefined where that cannot be told. */
	holds(name: string): Promise<boolean | undefined>;
}

/** A request of a row, wherever its state is kept. */
export class Request {
	constructor(
		/** names it, of all that were ever made */
		readonly key: string,
		private readonly saved: SavedRequest,
	) {
		if (!processMemory.isLocked(key)) this.doubtLeftOver();
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

	/** By what the journal knows the one that is made once fal has given this one up. */
	get nextName(): string {
		return `${this.key} ${this.state.attempt + 1}`;
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
	refresh(): void {
		const { state } = this;
		const known = processMemory.stateOf(this.key);
		// Of one that fal has, only what was made in its place says more.
		const least = takenOf(state) ? state.attempt + 1 : state.attempt;
		if (known && known.attempt >= least) this.saved.state = known;
		this.doubtLeftOver();
	}

	/** Places it, with what is known of it by then, while no other execution of this process does. */
	async withLock<T>(place: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		const refreshAndPlace = async () => {
			this.refresh();
			return await place();
		};
		return await processMemory.withLock(this.key, refreshAndPlace, signal);
	}

	/**
	 * Asked when it is to be cancelled at fal: it is, unless another execution of this process waits for it too.
	 *
	 * @param isQueued whether fal has surely not begun it: then the cancel costs nothing, and a retry may make it anew
	 */
	mayCancel(isQueued: boolean): boolean {
		if (processMemory.holdersOf(this.key) > 1 || !takenOf(this.state)) return false;
		if (isQueued) this.dispatch({ type: 'cancelAsked' });
		return true;
	}

	hold(): void {
		processMemory.hold(this.key, 1);
		processMemory.inUse.add(this.saved);
		delete this.saved.givenIn;
	}

	/** @param givenIn where n8n has its output; what it has for good says no more than that it is paid */
	release(givenIn?: string): void {
		processMemory.hold(this.key, -1);
		processMemory.inUse.delete(this.saved);
		if (givenIn === undefined) return;
		this.saved.givenIn = givenIn;
		const taken = takenOf(this.state);
		if (givenIn !== FOR_GOOD || !taken) return;
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
	 * @param visit names this visit among those of the execution, the same when n8n runs it again
	 */
	constructor(
		private readonly origin: string,
		private readonly saved: SavedRequests,
		private readonly visit = '',
	) {
		for (const { state } of Object.values(saved).flat()) processMemory.noteId(state);
	}

	/** @param row its fingerprint */
	of(row: string): Request {
		const known = this.opened.get(row);
		if (known) return known;
		const list = (this.saved[row] ??= []);
		let nth = list.findIndex((one) => !this.isOver(one) && !processMemory.inUse.has(one));
		if (nth < 0) nth = list.push({ state: NEW }) - 1;
		const request = new Request(`${this.origin} ${row} ${nth}`, list[nth]!);
		this.opened.set(row, request);
		request.hold();
		return request;
	}

	private isOver({ givenIn }: SavedRequest): boolean {
		return givenIn !== undefined && givenIn !== this.visit;
	}

	/** Those of this visit, and those that an earlier try has made. */
	private open(): RequestState[] {
		const all = Object.values(this.saved).flat();
		return all.filter((one) => !this.isOver(one)).map(({ state }) => state);
	}

	/** The ids of all requests of this visit that fal has. */
	ids(): string[] {
		return this.open().flatMap((state) => takenOf(state)?.request_id ?? []);
	}

	/** How many requests of this visit were sent, and nobody knows whether fal has them. */
	unconfirmed(): number {
		return this.open().filter(({ status }) => status === 'unconfirmed').length;
	}

	/**
	 * @param isGiven whether n8n has the output of this visit
	 * @param mayRunAgain whether it may run the node again for it all the same
	 */
	end(isGiven: boolean, mayRunAgain = false): void {
		const givenIn = mayRunAgain ? this.visit : FOR_GOOD;
		for (const request of this.opened.values()) request.release(isGiven ? givenIn : undefined);
	}
}
