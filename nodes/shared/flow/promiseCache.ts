interface Kept<T> {
	promise: Promise<T>;
	/** ms of the monotonic clock */
	since: number;
}

/** Does the same work once, however many ask for it; a failure is not kept. */
export class PromiseCache<T> {
	private readonly kept = new Map<string, Kept<T>>();

	/** @param maxAge how old a result may be to count, in ms */
	async get(key: string, work: () => Promise<T>, maxAge = Infinity): Promise<T> {
		const known = this.kept.get(key);
		if (known && performance.now() - known.since < maxAge) return await known.promise;
		const started: Kept<T> = { promise: work(), since: performance.now() };
		this.kept.set(key, started);
		started.promise.catch(() => {
			if (this.kept.get(key) === started) this.kept.delete(key);
		});
		return await started.promise;
	}
}
