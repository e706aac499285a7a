import { Processor } from '../shared/flow/gate';
import { after, pause } from '../shared/flow/pause';
import { CALLBACK_RUNS } from '../shared/limits';
import { CALL_AGAIN, checksOf, THANKS } from './deliveries';
import type { Callback, Deliveries, Delivery, Response } from './deliveries';

/** The header in which a run says what came of each of its items: where it is on a worker, nothing else does. */
export const STATUSES_HEADER = 'x-delivery-status';

interface Answered {
	statusCode?: number;
	headers?: Record<string, unknown>;
}

/** Deliveries that are the items of one run. */
class Group {
	/** lets its run begin; there once that is worth a slot */
	enter?: () => void;
	/** whether no other may join it */
	isClosed = false;
	private hasBegun = false;
	private readonly freed = new AbortController();

	constructor(
		readonly trigger: Deliveries,
		public deliveries: Delivery[],
	) {}

	/** To be called when it has a slot. Where its run does not come, others are not to wait for it. */
	start(onFree: () => void): void {
		this.freed.signal.addEventListener('abort', onFree);
		after(CALLBACK_RUNS.begin, this.freed.signal, () => this.endUnseen(() => 503));
	}

	/**
	 * Follows the answer that n8n gives to the call which starts the run. On a worker the run itself is out
	 * of sight; and where n8n cannot start it, nothing but the answer tells.
	 */
	follow(response: Response): void {
		response.once('close', () => {
			if (!response.writableEnded) return;
			const headers = { [STATUSES_HEADER]: response.getHeader(STATUSES_HEADER) };
			this.endByAnswer({ statusCode: response.statusCode, headers });
		});
	}

	/** The same for the answer of a run that no call has started: nothing in it where the run came to its end without. */
	followRun(answer: Promise<unknown>): void {
		answer.then(
			(given) => this.endByAnswer(given as Answered | undefined),
			() => this.endUnseen(() => 503),
		);
	}

	private endByAnswer({ statusCode, headers }: Answered = {}): void {
		const statuses = String(headers?.[STATUSES_HEADER] ?? '').split(',');
		this.endUnseen((at) => Number(statuses[at] || statusCode));
	}

	/** To be called by its run, where that is in this process. */
	begin(): void {
		this.hasBegun = true;
	}

	/** Gives its slot to others; the run may go on. */
	free(): void {
		this.freed.abort();
	}

	private endUnseen(statusOf: (item: number) => number): void {
		if (this.hasBegun) return;
		this.deliveries.forEach((delivery, item) => {
			delivery.end(statusOf(item) === 200 ? THANKS : CALL_AGAIN);
		});
		this.free();
	}
}

/**
 * Lets a few runs at a time into this process. n8n starts every run at once, each with an expression engine
 * of its own, and its call keeps another one; so callbacks that wait go together, as the items of one run.
 */
class RunSlots {
	/** groups that wait for a slot, in the order of arrival; others may join the last of their trigger */
	private readonly waiting: Group[] = [];
	private readonly running = new Set<Group>();
	private isWatching = false;

	private of(trigger: Deliveries): Group[] {
		return this.waiting.filter((group) => group.trigger === trigger);
	}

	/** Whether so many wait for a run of this trigger that fal is to call again later. */
	isFull(trigger: Deliveries): boolean {
		const counts = this.of(trigger).map(({ deliveries }) => deliveries.length);
		return counts.reduce((sum, count) => sum + count, 0) >= CALLBACK_RUNS.waiting;
	}

	/**
	 * Adds a delivery to those that wait for a run of their trigger.
	 *
	 * @returns the group whose run this call is to start, once there is a slot; undefined where an earlier
	 * call starts it
	 */
	async join(trigger: Deliveries, delivery: Delivery): Promise<Group | undefined> {
		const open = this.of(trigger).findLast(({ isClosed }) => !isClosed);
		if (open && open.deliveries.length < CALLBACK_RUNS.together) {
			open.deliveries.push(delivery);
			return undefined;
		}
		const group = new Group(trigger, [delivery]);
		this.waiting.push(group);
		await checksOf([delivery]);
		return await this.whenFree(group);
	}

	/** @returns the group of a run that is to start now: there is a slot for it */
	async enter(trigger: Deliveries, deliveries: Delivery[]): Promise<Group> {
		const group = new Group(trigger, deliveries);
		group.isClosed = true;
		this.waiting.push(group);
		return await this.whenFree(group);
	}

	private async whenFree(group: Group): Promise<Group> {
		await new Promise<void>((enter) => {
			group.enter = enter;
			this.admit();
		});
		return group;
	}

	/**
	 * Lets in the first, and as many beside it as there is time for: all runs and calls share one processor, and
	 * where it is busy one run with many items costs less than several with few.
	 */
	private admit(more = 0): void {
		for (const group of this.waiting.filter(({ enter }) => enter)) {
			if (this.running.size >= CALLBACK_RUNS.atOnce) return;
			if (this.running.size > 0 && more-- <= 0) return void this.watch();
			this.start(group);
		}
	}

	private start(group: Group): void {
		this.waiting.splice(this.waiting.indexOf(group), 1);
		this.running.add(group);
		group.start(() => {
			this.running.delete(group);
			this.admit();
		});
		group.enter?.();
	}

	private async watch(): Promise<void> {
		if (this.isWatching) return;
		this.isWatching = true;
		for (const processor = new Processor(); this.waiting.length > 0; ) {
			await pause(CALLBACK_RUNS.look);
			if (processor.isIdle()) this.admit(1);
		}
		this.isWatching = false;
	}

	/** @returns what a run is worth, in the order of arrival; with what earlier ones could not take */
	async callbacksOf(group: Group): Promise<Callback[]> {
		await checksOf(group.deliveries);
		const late = group.trigger.takeUpLate();
		const isReady = (one: Delivery) => one.isChecked && one.state === 'open';
		for (const one of group.deliveries) if (!one.isChecked) one.dispatch('passedOver');
		group.deliveries = [...late, ...group.deliveries.filter(isReady)];
		if (group.deliveries.length === 0) group.free();
		return group.deliveries.map(({ callback }) => callback);
	}

	/** @returns the group of a run that begins, where it was started in this process */
	begin(trigger: Deliveries, requestId: string): Group | undefined {
		const isIts = ({ callback }: Delivery) => callback.request_id === requestId;
		const group = [...this.running].find(
			(one) => one.trigger === trigger && one.deliveries.some(isIts),
		);
		group?.begin();
		return group;
	}
}

export const runSlots = new RunSlots();
