/** Does the same work once, however many ask for it; a failure is not kept. */
export class PromiseCache<T> {
	private readonly results = new Map<string, Promise<T>>();

	async get(key: string, work: () => Promise<T>): Promise<T> {
		const known = this.results.get(key);
		if (known) return await known;
		const started = work();
		this.results.set(key, started);
		started.catch(() => this.results.delete(key));
		return await started;
	}
}
