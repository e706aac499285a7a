/** Lets what is short and waited for go before what is long. */
export class Precedence {
	private readonly running = new Set<Promise<unknown>>();

	/** Runs something that others give way to. */
	async take<T>(work: () => Promise<T>): Promise<T> {
		const started = work();
		this.running.add(started);
		try {
			return await started;
		} finally {
			this.running.delete(started);
		}
	}

	/** Waits for what has precedence now; what comes later is not waited for, so that everyone gets a turn. */
	async give(): Promise<void> {
		await Promise.allSettled(this.running);
	}
}
