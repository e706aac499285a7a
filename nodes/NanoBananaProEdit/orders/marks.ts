import type { IExecuteFunctions } from 'n8n-workflow';
import { attempt, type Outcome } from '../../shared/flow/attempt';
import { MARKS } from '../../shared/limits';
import { ProcessedMemory } from '../../shared/n8n/processedMemory';

const DAY = 24 * 3_600_000;

/** A mark is of a day, so that an old one says nothing: the memory tells no times. */
const markOf = (order: string, daysAgo = 0) =>
	`${order} of day ${Math.floor(Date.now() / DAY) - daysAgo}`;

/** Marks of runs of this process that have not ended, the oldest first: they are of no killed run. */
const living = new Set<string>();

function noteLiving(mark: string): void {
	living.add(mark);
	const [oldest] = living;
	if (living.size > MARKS.living) living.delete(oldest!);
}

/**
 * Marks of the orders that a visit makes, each in n8n's database before its order is sent. A run that ends takes
 * its marks away, so those that are left are of a run that was killed, of which n8n has saved nothing: its
 * Retry execution begins from the start.
 */
export class Marks {
	private readonly memory?: ProcessedMemory;
	/** whether no more are made: n8n has saved the run, or cannot keep them */
	private isOver = false;
	private knowsItsEnd = false;
	private readonly made = new Set<string>();
	private waiting: string[] = [];
	private next?: Promise<void>;
	private last: Promise<Outcome<unknown>> = Promise.resolve({ value: undefined });

	constructor(private readonly ctx: IExecuteFunctions) {
		// n8n lets nobody retry a manual run that was killed; an old n8n has no such memory.
		const isKept = ctx.getMode() !== 'manual' && ctx.helpers.checkProcessedAndRecord !== undefined;
		if (isKept) this.memory = new ProcessedMemory(ctx, MARKS.kept);
	}

	/** Resolved when the mark is written, or cannot be: those of one moment are one write. */
	async make(order: string): Promise<void> {
		if (!this.memory || this.isOver) return;
		this.endWithRun();
		this.waiting.push(markOf(order));
		await (this.next ??= this.writeNext(this.memory));
	}

	private async writeNext(memory: ProcessedMemory): Promise<void> {
		await this.last;
		this.next = undefined;
		const marks = this.waiting.splice(0);
		for (const mark of marks) this.made.add(mark);
		marks.forEach(noteLiving);
		this.last = attempt(async () => await memory.enter(...marks));
		if ('error' in (await this.last)) this.isOver = true;
	}

	/** n8n says when it has saved the run, which after a stop is before the node has ended. */
	private endWithRun(): void {
		if (!this.knowsItsEnd) this.ctx.onExecutionFinish?.(async () => await this.clear());
		this.knowsItsEnd = true;
	}

	/** @returns those of the orders that a killed run has marked today or yesterday */
	async leftOf(orders: string[]): Promise<string[]> {
		const { memory } = this;
		if (!memory) return [];
		const marksOf = (order: string) => [markOf(order), markOf(order, 1)];
		const marks = orders.flatMap(marksOf).filter((mark) => !living.has(mark));
		const asked = await attempt(async () => {
			const known = await memory.enter(...marks);
			await memory.forget(...marks.filter((mark) => !known.includes(mark)));
			return known;
		});
		const known = 'value' in asked ? asked.value : [];
		return orders.filter((order) => marksOf(order).some((mark) => known.includes(mark)));
	}

	/** To be called at the end of the visit: n8n before 2.33 tells of no better moment. */
	async end(): Promise<void> {
		if (!this.ctx.onExecutionFinish) await this.clear();
	}

	private async clear(): Promise<void> {
		const { memory, made } = this;
		this.isOver = true;
		await this.last;
		for (const mark of made) living.delete(mark);
		if (memory && made.size > 0) await attempt(async () => await memory.forget(...made));
	}
}
