import type { IExecuteFunctions } from 'n8n-workflow';
import { attempt, type Outcome } from '../flow/attempt';
import { JOURNAL } from '../limits';
import type { Journal } from '../requests/store';
import { Gathered, ProcessedMemory } from './processedMemory';

/**
 * The requests that an execution is about to send, in n8n's database before each is sent: the only thing that a
 * running node can keep there. An execution that ends takes its own out, so those that are left are of one that
 * was killed, of which n8n has saved nothing; or of a retry, of which another retry of the same execution knows
 * nothing either.
 */
export class ExecutionJournal implements Journal {
	private readonly written = new Set<string>();
	private isOver = false;
	private hasBegun = false;
	/** it may have made room for new names */
	private isFull = false;
	private readonly entering = new Gathered(async (names) => await this.enterAll(names));
	private readonly looking = new Gathered(async (names) => await this.knownOf(names));
	private readonly removing = new Gathered(async (names) => await this.memory.forget(...names));
	private lastWrite: Promise<Outcome<unknown>> = Promise.resolve({ value: undefined });

	private constructor(
		private readonly ctx: IExecuteFunctions,
		private readonly memory: ProcessedMemory,
	) {}

	/** @returns undefined where n8n retries no killed run, or has no such memory */
	static of(ctx: IExecuteFunctions): ExecutionJournal | undefined {
		const memory = new ProcessedMemory(ctx, JOURNAL.kept);
		const isKept = ctx.getMode() !== 'manual' && memory.isThere;
		return isKept ? new ExecutionJournal(ctx, memory) : undefined;
	}

	async enter(name: string): Promise<void> {
		if (this.isOver) return;
		// n8n says when it has saved the run, which after a stop is before the node has ended.
		if (!this.hasBegun) this.ctx.onExecutionFinish?.(async () => await this.clear());
		this.hasBegun = true;
		await this.entering.add(name);
	}

	async remove(name: string): Promise<void> {
		if (this.written.delete(name)) await attempt(async () => await this.removing.add(name));
	}

	async holds(name: string): Promise<boolean | undefined> {
		const asked = await attempt(async () => await this.looking.add(name));
		if ('error' in asked) return undefined;
		return asked.value.includes(name) || (this.isFull ? undefined : false);
	}

	/** To be called at the end of the visit: n8n before 2.33 tells of no better moment. */
	async end(): Promise<void> {
		if (!this.ctx.onExecutionFinish) await this.clear();
	}

	private async enterAll(names: string[]): Promise<void> {
		for (const name of names) this.written.add(name);
		const writing = attempt(async () => await this.memory.enter(...names));
		this.lastWrite = writing;
		if ('error' in (await writing)) this.isOver = true;
	}

	private async knownOf(names: string[]) {
		this.isFull ||= await this.memory.isFull();
		return await this.memory.knownOf(names);
	}

	private async clear(): Promise<void> {
		this.isOver = true;
		await this.lastWrite;
		const names = this.ctx.getMode() === 'retry' ? [] : [...this.written];
		await attempt(async () => await this.memory.forget(...names));
	}
}
