import pLimit from 'p-limit';
import { LONGEST_YIELD } from '../limits';
import { pause } from './pause';

/** Runs a bounded number of tasks at once; the others wait their turn. */
export type ConcurrencyLimit = <T>(task: () => Promise<T>) => Promise<T>;

export const concurrencyLimit = (atOnce: number): ConcurrencyLimit => pLimit(atOnce);

/**
 * A call takes some 4 ms of the processor and, over a long line, a quarter of a second of waiting. Every `look`
 * ms, where the processor was `busy` for less than that share of them, so many `steps` more begin.
 */
const IDLE = { look: 10, busy: 0.75, steps: 3 };

interface GateLimits {
	/** the most that may be inside, in bytes; one task alone may have more */
	bytes: number;
	/** so many tasks come in however busy the processor is */
	assured: number;
}

interface Waiting {
	bytes: number;
	enter: () => void;
}

/** Tells how busy the processor was with this process since it was asked before. */
export class Processor {
	private before = performance.eventLoopUtilization();

	isIdle(): boolean {
		const { utilization } = performance.eventLoopUtilization(this.before);
		this.before = performance.eventLoopUtilization();
		return utilization < IDLE.busy;
	}
}

/**
 * Bounds tasks by what is scarce: the bytes that they have under way, and the processor's time. A task that
 * only waits for an answer uses neither, so over a long line more of them come in than where answers come
 * at once. They come in by their order.
 */
export class Gate {
	private held = 0;
	private inside = 0;
	private isWatching = false;
	private readonly waiting: Waiting[] = [];

	constructor(private readonly limits: GateLimits) {}

	/**
	 * Runs a task once there is room for it.
	 *
	 * @param bytes that it has under way, as far as they are known
	 */
	async run<T>(bytes: number, task: () => Promise<T>): Promise<T> {
		await new Promise<void>((enter) => {
			this.waiting.push({ bytes, enter });
			this.admit(0);
		});
		try {
			return await task();
		} finally {
			this.held -= bytes;
			this.inside -= 1;
			this.admit(0);
		}
	}

	/** @param more how many may come in over the assured ones */
	private admit(more: number): void {
		for (let left = more; this.hasRoom(); ) {
			if (this.inside >= this.limits.assured && left-- <= 0) break;
			const { bytes, enter } = this.waiting.shift()!;
			this.held += bytes;
			this.inside += 1;
			enter();
		}
		if (this.waiting.length > 0 && !this.isWatching) void this.watch();
	}

	private hasRoom(): boolean {
		const [next] = this.waiting;
		if (!next) return false;
		return this.inside === 0 || this.held + next.bytes <= this.limits.bytes;
	}

	/** Lets further tasks in, a few at a time, while the processor has time for them. */
	private async watch(): Promise<void> {
		this.isWatching = true;
		const processor = new Processor();
		while (this.waiting.length > 0) {
			await pause(IDLE.look);
			this.admit(processor.isIdle() ? IDLE.steps : 0);
		}
		this.isWatching = false;
	}
}

/** Lets what is short and waited for go before what is long. */
export class Priority {
	private readonly running = new Set<Promise<unknown>>();

	/** Runs something that others give way to. */
	async urgent<T>(work: () => Promise<T>): Promise<T> {
		const started = work();
		this.running.add(started);
		try {
			return await started;
		} finally {
			this.running.delete(started);
		}
	}

	/**
	 * Waits a moment for what is urgent now. What comes later is not waited for, nor what hangs: a slow
	 * item holds up no other.
	 */
	async yieldToUrgent(): Promise<void> {
		if (this.running.size === 0) return;
		await Promise.race([Promise.allSettled(this.running), pause(LONGEST_YIELD)]);
	}
}
