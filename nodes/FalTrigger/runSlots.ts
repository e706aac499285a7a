import { attempt } from '../shared/flow/attempt';
import { pause } from '../shared/flow/pause';
import { CALLBACK_RUNS } from '../shared/limits';
import { THANKS, type Callback, type Delivery, type Response } from './deliveries';

/** The header in which a run says what came of each of its items: where it is on a worker, nothing else does. */
export const STATUSES = 'x-delivery-status';

/** Waits until fal was asked about each, but not for long: one that hangs is in nobody's way. */
async function checksOf(deliveries: Delivery[]): Promise<void> {
	const isOver = new AbortController();
	const all = Promise.all(deliveries.map(async ({ checked }) => await checked));
	const late = attempt(async () => await pause(CALLBACK_RUNS.checks, isOver.signal));
	await Promise.race([all, late]);
	isOver.abort();
}

/** Deliveries that are the items of one run. */
export class Group {
	deliveries: Delivery[] = [];
	private hasBegun = false;
	private readonly freed = new AbortController();

	constructor(readonly trigger: string) {}

	/** To be called when it has a slot. Where its run does not come, others are not to wait for it. */
	start(onFree: () => void): void {
		this.freed.signal.addEventListener('abort', onFree);
		pause(CALLBACK_RUNS.begin, this.freed.signal).then(
			() => this.endUnseen(() => 503),
			() => undefined,
		);
	}

	/**
	 * Follows the answer that n8n gives to the call which starts the run. On a worker the run itself is out
	 * of sight; and where n8n cannot start it, nothing but the answer tells.
	 */
	follow(response: Response): void {
		response.once('close', () => {
			if (!response.writableEnded) return;
			const statuses = String(response.getHeader(STATUSES) ?? '').split(',');
			this.endUnseen((at) => Number(statuses[at] || response.statusCode));
		});
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
			if (statusOf(item) === 200) delivery.end(THANKS);
			else delivery.callAgain();
		});
		this.free();
	}

	/** @returns what a run is worth, in the order of arrival; what fal has not told of yet is to come again */
	async callbacks(): Promise<Callback[]> {
		await checksOf(this.deliveries);
		for (const delivery of this.deliveries) if (!delivery.isChecked) delivery.callAgain();
		this.deliveries = this.deliveries.filter(({ state }) => state === 'open');
		if (this.deliveries.length === 0) this.free();
		return this.deliveries.map(({ callback }) => callback);
	}
}

/**
 * Lets a few runs at a time into this process. n8n starts every run at once, each with an expression engine
 * of its own, and its call keeps another one; so callbacks that wait go together, as the items of one run.
 */
class RunSlots {
	/** by trigger: the group that others may join */
	private readonly waiting = new Map<string, Group>();
	/** what those do that wait for a slot, in the order of arrival */
	private readonly enter = new Map<Group, () => void>();
	private readonly running = new Set<Group>();

	/** Whether so many wait for a run of this trigger that fal is to call again later. */
	isFull(trigger: string): boolean {
		return (this.waiting.get(trigger)?.deliveries.length ?? 0) >= CALLBACK_RUNS.together;
	}

	/**
	 * Adds a delivery to those that wait for a run of their trigger.
	 *
	 * @returns the group whose run this call is to start, once there is a slot; undefined where an earlier
	 * call starts it
	 */
	async join(trigger: string, delivery: Delivery): Promise<Group | undefined> {
		const waiting = this.waiting.get(trigger);
		waiting?.deliveries.push(delivery);
		if (waiting) return undefined;
		const group = new Group(trigger);
		group.deliveries.push(delivery);
		this.waiting.set(trigger, group);
		await checksOf([delivery]);
		await new Promise<void>((enter) => {
			this.enter.set(group, enter);
			this.letIn();
		});
		return group;
	}

	private letIn(): void {
		for (const [group, enter] of this.enter) {
			if (this.running.size >= CALLBACK_RUNS.atOnce) return;
			this.enter.delete(group);
			this.waiting.delete(group.trigger);
			this.running.add(group);
			group.start(() => {
				this.running.delete(group);
				this.letIn();
			});
			enter();
		}
	}

	/** @returns the group of a run that begins, where it was started in this process */
	begin(trigger: string, requestId: string): Group | undefined {
		const isIts = ({ callback }: Delivery) => callback.request_id === requestId;
		const group = [...this.running].find(
			(one) => one.trigger === trigger && one.deliveries.some(isIts),
		);
		group?.begin();
		return group;
	}
}

export const runSlots = new RunSlots();
