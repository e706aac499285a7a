import type { IExecuteFunctions } from 'n8n-workflow';
import { attempt } from '../flow/attempt';
import { pause } from '../flow/pause';
import { CLAIM } from '../limits';
import { processMemory } from '../requests/processMemory';

/** Gathers what is asked for in one moment, so that it is one call. */
export class Gathered<T> {
	private waiting: string[] = [];
	private next?: Promise<T>;
	private last: Promise<unknown> = Promise.resolve();

	constructor(private readonly ask: (texts: string[]) => Promise<T>) {}

	async add(text: string): Promise<T> {
		this.waiting.push(text);
		return await (this.next ??= this.askNext());
	}

	private async askNext(): Promise<T> {
		await this.last;
		this.next = undefined;
		const asked = this.ask(this.waiting.splice(0));
		this.last = attempt(async () => await asked);
		return await asked;
	}
}

/**
 * n8n's memory of what was processed, which knows texts by their hash and belongs to this node, or to all nodes
 * of its workflow. It is in n8n's database at once, as nothing else is that a running node can keep.
 */
export class ProcessedMemory {
	private readonly name: string;

	/** @param kept so many texts stay in it, the latest */
	constructor(
		private readonly ctx: IExecuteFunctions,
		private readonly kept: number,
		private readonly scope: 'node' | 'workflow' = 'node',
	) {
		const of = scope === 'node' ? ctx.getNode().id : '';
		this.name = `memory of ${ctx.getWorkflow().id} ${of}`;
	}

	/** One read and write at a time in this process: then only other processes can come between. */
	private async inTurn<T>(work: () => Promise<T>): Promise<T> {
		return await processMemory.withLock(this.name, work);
	}

	/** Whether this n8n has such a memory. */
	get isThere(): boolean {
		return (this.ctx.helpers.checkProcessedAndRecord as unknown) !== undefined;
	}

	/** @returns those of the texts that were in it before */
	async enter(...texts: string[]): Promise<string[]> {
		return await this.record(texts, this.kept);
	}

	/**
	 * It can only be asked by entering, so what it did not know is taken out again, and nothing makes room for it.
	 *
	 * @returns those of the texts that are in it
	 */
	async knownOf(texts: string[]): Promise<string[]> {
		const known = await this.record(texts, this.kept + texts.length);
		await this.forget(...texts.filter((text) => !known.includes(text)));
		return known;
	}

	private async record(texts: string[], maxEntries: number): Promise<string[]> {
		if (texts.length === 0) return [];
		const { helpers } = this.ctx;
		const options = { mode: 'entries' as const, maxEntries };
		const different = [...new Set(texts)];
		const record = async () =>
			await helpers.checkProcessedAndRecord(different, this.scope, options);
		for (let tried = 1; ; tried++) {
			const entered = await attempt(async () => await this.inTurn(record));
			if ('value' in entered) return entered.value.processed.map(String);
			// Two first entries at the same moment: the database takes one and refuses the other.
			if (tried >= CLAIM.tries) throw entered.error;
			await pause(CLAIM.pause * tried);
		}
	}

	/** Whether it may have made room for new texts, so that some are gone; some may have been taken out since. */
	async isFull(): Promise<boolean> {
		const { helpers } = this.ctx;
		const count = async () => await helpers.getProcessedDataCount(this.scope, { mode: 'entries' });
		return 2 * (await this.inTurn(count)) >= this.kept;
	}

	async forget(...texts: string[]): Promise<void> {
		if (texts.length === 0) return;
		const { helpers } = this.ctx;
		const remove = async () =>
			await helpers.removeProcessed(texts, this.scope, { mode: 'entries' });
		await this.inTurn(remove);
	}
}
