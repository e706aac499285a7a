import { Bench, useBench, type BenchOptions, type InstallOptions } from '../../e2e/support/bench';
import type { Job } from '../../emulator';
import {
	allExecutions,
	finalStates,
	startQueue,
	type ExecutionResult,
	type Item,
	type QueueOptions,
	type RunningN8n,
	type RunningQueue,
} from '../../n8n';
import { hold, type Hold } from '../../support/hold';
import { until } from '../../support/until';
import { promptsOf } from './rows';

export type QueueBenchOptions = Pick<BenchOptions, 'emulator' | 'env'> &
	Pick<QueueOptions, 'concurrency'>;

const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

const isAnswered = ({ webhookDeliveries }: Job) =>
	webhookDeliveries.some(({ statusCode }) => statusCode === 200);

const describeCalls = ({ id, state, webhookDeliveries }: Job) =>
	`${id} (${state}): ${webhookDeliveries.map(({ statusCode, error }) => statusCode ?? error).join(', ')}`;

/** The bench of the end-to-end tests with n8n in queue mode; `n8n` is its main process there. */
export class QueueBench extends Bench {
	private queueOrNone?: RunningQueue;

	constructor(private readonly options: Pick<QueueOptions, 'concurrency'>) {
		super();
	}

	get queue(): RunningQueue {
		if (!this.queueOrNone) throw new Error('n8n is not running');
		return this.queueOrNone;
	}

	protected override async startN8n(options: InstallOptions): Promise<RunningN8n> {
		const { dataDir: folder, nodePackage, env } = options;
		const queue = await startQueue({ folder, nodePackage, env, ...this.options });
		this.queueOrNone = queue;
		const main = queue.process('main');
		const { url, port, logFile, ended } = main;
		const log = () => queue.log();
		const kill = async () => await main.kill();
		return { url, port, logFile, ended, api: queue.api, log, kill, stop: () => queue.stop() };
	}

	/** Where fal posts to a published workflow. */
	webhookUrl(path: string): string {
		return this.queue.webhookUrl(path);
	}

	/** Waits for something that no event tells of. */
	async until(holds: () => boolean | Promise<boolean>, longest = 120_000): Promise<void> {
		await until(holds, { longest, every: 100 });
	}

	/** Lets fal work on the edits of some runs, or of all, until the test releases them. */
	holdEdits(...runs: number[]): Hold {
		const held = hold();
		const prompts = runs.length > 0 ? runs.map(promptsOf) : [''];
		for (const prompt of prompts)
			this.fal.faults.add({
				stage: 'queue',
				kind: 'latency',
				match: { prompt },
				until: held.until,
			});
		return held;
	}

	/** Waits until so many executions of a workflow have ended; gives them in the order of their start. */
	async ended(workflowId: string, count: number, timeoutMs = 180_000): Promise<ExecutionResult[]> {
		const { api } = this.n8n;
		const list = async () => await api.executions(workflowId, count + 1);
		await this.until(async () => {
			const ended = (await list()).filter(({ status }) => finalStates.includes(status));
			return ended.length >= count;
		}, timeoutMs);
		const ids = (await list()).map(({ id }) => id).sort((a, b) => Number(a) - Number(b));
		return await Promise.all(ids.map(async (id) => await api.execution(id)));
	}

	/** Waits until every edit that was ordered with a webhook has been called back and fal was thanked. */
	async everyCallback(timeoutMs: number): Promise<void> {
		const open = () => this.fal.jobs.filter((job) => job.webhookUrl && !isAnswered(job));
		await this.until(() => open().length === 0, timeoutMs).catch((error: unknown) => {
			throw new Error([String(error), ...open().map(describeCalls)].join('\n'));
		});
	}

	/**
	 * The runs of a workflow that have ended, once nothing has changed for a moment, and for a longer one
	 * while a run has not ended: one whose worker and whose caller were both killed counts as running for
	 * hours.
	 */
	async settled(workflowId: string, timeoutMs = 180_000): Promise<ExecutionResult[]> {
		const { api } = this.n8n;
		let runs = await allExecutions(api, workflowId);
		let unchanged = 0;
		await this.until(async () => {
			const before = JSON.stringify(runs);
			await sleep(5_000);
			runs = await allExecutions(api, workflowId);
			unchanged = JSON.stringify(runs) === before ? unchanged + 1 : 0;
			const haveEnded = runs.every(({ status }) => finalStates.includes(status));
			return unchanged >= (haveEnded ? 1 : 4);
		}, timeoutMs);
		const found: ExecutionResult[] = [];
		for (const { id, status } of runs)
			if (finalStates.includes(status)) found.push(await api.execution(id));
		return found;
	}

	/** The file that n8n keeps of an item, from the database. */
	async fileOf({ binary }: Item, field = 'data'): Promise<Buffer> {
		const file = binary?.[field];
		if (!file?.id?.startsWith('database:')) {
			throw new Error(`The file is not in the database: ${JSON.stringify(file)}`);
		}
		return await this.n8n.api.downloadBinary(file);
	}
}

/** One n8n in queue mode for a file of tests. */
export function useQueue({ concurrency, ...options }: QueueBenchOptions = {}): QueueBench {
	const bench = new QueueBench({ concurrency });
	useBench(options, bench);
	return bench;
}
