/** A map that keeps the latest entries only, so that a process that runs for months stays small. */
export class RecentMap<K, V> {
	private readonly entries = new Map<K, V>();

	/** @param kept how many entries stay in it */
	constructor(private readonly kept: number) {}

	get(key: K): V | undefined {
		return this.entries.get(key);
	}

	has(key: K): boolean {
		return this.entries.has(key);
	}

	/** The value of a key as the latest one, made where there is none. */
	obtain(key: K, make: () => V): V {
		const value = this.entries.get(key) ?? make();
		this.set(key, value);
		return value;
	}

	/** Enters a value as the latest one. */
	set(key: K, value: V): void {
		this.entries.delete(key);
		this.entries.set(key, value);
		if (this.entries.size <= this.kept) return;
		for (const oldest of this.entries.keys()) return void this.entries.delete(oldest);
	}

	delete(key: K): void {
		this.entries.delete(key);
	}

	/** The values, the oldest first. */
	values(): IterableIterator<V> {
		return this.entries.values();
	}
}
