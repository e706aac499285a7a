/** Timers that end with the emulator, so that a closed one leaves nothing running behind. */
export class Clock {
	private readonly timers = new Map<NodeJS.Timeout, () => void>();

	after(ms: number, run: () => void): () => void {
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			run();
		}, ms);
		this.timers.set(timer, run);
		return () => {
			clearTimeout(timer);
			this.timers.delete(timer);
		};
	}

	sleep(ms: number): Promise<void> {
		// A wait "for ever" needs no timer: the end of the connection ends it.
		if (ms === Infinity) return new Promise(() => undefined);
		return new Promise((resolve) => this.after(ms, resolve));
	}

	/** Waits for what a rule holds on to, then the ms; where that fails, there is nothing to wait for. */
	async wait(ms: number, until?: () => Promise<unknown>): Promise<void> {
		if (until) await until().catch(() => undefined);
		await this.sleep(ms);
	}

	clear(): void {
		for (const timer of this.timers.keys()) clearTimeout(timer);
		this.timers.clear();
	}
}
