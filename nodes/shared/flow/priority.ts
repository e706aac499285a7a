import { LONGEST_YIELD } from '../limits';
import { pause } from './pause';

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
