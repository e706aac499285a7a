import { startN8n, type RunningN8n, type StartOptions } from '../../n8n';
import type { InstallOptions } from '../../e2e/support/bench';
import { QueueBench } from '../../queue/support/queueBench';
import { describeMachine, thisMachine } from '../machine';
import { Meter, type Reading } from '../meter';
import { childrenOf } from '../processes';
import { show, table } from '../table';
import { byCallback, type Outcome } from './ways';

const ORDERS = 600;
const SLOTS = 40;
const SECONDS = 8;
const MEGABYTE = 1_000_000;
/** What the trigger may take: bytes over an idle n8n, and the bound of the time. */
const TARGET = { memory: 500 * MEGABYTE, time: 1.2 };

/** Longer and longer, as fal waits, in ms; fal's own waits are minutes. */
export const webhookBackoff = [5, 10, 20, ...Array.from({ length: 28 }, () => 30)].map(
	(seconds) => seconds * 1_000,
);

/** n8n as it is without any setting: one process, SQLite. */
export class OneProcessBench extends QueueBench {
	/** the processes that n8n runs in, also after it was started again */
	readonly roots: number[] = [];
	private running?: RunningN8n;
	private again?: StartOptions;

	get dataDir(): string {
		return this.again?.dataDir ?? '';
	}

	protected override async startN8n(options: InstallOptions): Promise<RunningN8n> {
		await this.startProcess(options);
		const { port } = this.running!;
		this.again = { ...options, nodePackage: undefined, port };
		const [kill, stop] = [
			async () => await this.running!.kill(),
			async () => await this.running!.stop(),
		];
		return { ...this.running!, kill, stop };
	}

	private async startProcess(options: StartOptions): Promise<void> {
		const before = childrenOf(process.pid);
		this.running = await startN8n(options);
		const started = childrenOf(process.pid).filter((pid) => !before.includes(pid));
		this.roots.splice(0, Infinity, ...started);
	}

	/** Starts n8n once more after it was killed, at the same address. */
	override async startAgain(): Promise<void> {
		await this.startProcess(this.again!);
	}

	override webhookUrl(path: string): string {
		return `${this.n8n.url}/webhook/${path}`;
	}
}

interface Measured extends Outcome {
	memory: Reading;
	/** times that fal has called */
	calls: number;
}

async function measure(bench: OneProcessBench): Promise<Measured> {
	const meter = new Meter(bench.roots);
	let memory: Reading | undefined;
	try {
		const outcome = await byCallback(bench, ORDERS, { answered: () => (memory = meter.stop()) });
		const calls = bench.fal.jobs.reduce((sum, job) => sum + job.webhookDeliveries.length, 0);
		return { ...outcome, calls, memory: memory ?? meter.stop() };
	} finally {
		memory ??= meter.stop();
	}
}

const megabytes = (bytes: number) => show(bytes / MEGABYTE, 0);

/**
 * Orders on an n8n of one process, and prints what its callbacks took.
 *
 * @returns whether all were delivered once, within the targets
 */
export async function inOneProcess(say: (text: string) => void): Promise<boolean> {
	const bench = new OneProcessBench({});
	try {
		const latency = SECONDS * 1_000;
		await bench.start({ emulator: { latency, slots: SLOTS, image: 'tiny', webhookBackoff } });
		const { time, memory, calls, delivered, twice } = await measure(bench);
		const bound = Math.ceil(ORDERS / SLOTS) * SECONDS * 1_000;
		const over = memory.peak - memory.idle;
		say(`\n${describeMachine(thisMachine())}`);
		say(
			`${ORDERS} orders of ${SECONDS} s on ${SLOTS} slots; n8n in one process with SQLite. The bound is ${show(bound / 1_000)} s.\n`,
		);
		const head = [
			'way',
			'seconds',
			'× bound',
			'idle n8n, MB',
			'peak over it, MB',
			'calls of fal',
			'delivered',
			'twice',
		];
		const figures = [
			show(time / 1_000, 1),
			show(time / bound, 3),
			megabytes(memory.idle),
			megabytes(over),
			...[calls, delivered, twice].map(String),
		];
		say(table(head, [['Submit Edit, fal Trigger', ...figures]], 1));
		const isInTime = time <= TARGET.time * bound && over <= TARGET.memory;
		return isInTime && delivered === ORDERS && twice === 0;
	} finally {
		await bench.stop();
	}
}
