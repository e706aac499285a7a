const someMs = async (most: number) =>
	await new Promise((resolve) => setTimeout(resolve, Math.random() * most));

/**
 * n8n's memory of what was processed, as it works with a database: the whole list is read, and a moment
 * later the whole list is written; only the very first write fails when another came before it.
 */
export class RacyMemory {
	private list?: string[];
	private atWork = 0;
	/** the most that have read and written at once */
	most = 0;

	/** @param slowness ms that a read or write takes at most */
	constructor(private readonly slowness: number) {}

	get size(): number {
		return this.list?.length ?? 0;
	}

	private async inThisMemory<T>(work: () => Promise<T>): Promise<T> {
		this.most = Math.max(this.most, ++this.atWork);
		try {
			return await work();
		} finally {
			this.atWork--;
		}
	}

	async record(entries: string[]) {
		return await this.inThisMemory(async () => await this.recordAll(entries));
	}

	async remove(entries: string[]) {
		await this.inThisMemory(async () => await this.removeAll(entries));
	}

	private async recordAll(entries: string[]) {
		await someMs(this.slowness);
		const found = this.list && [...this.list];
		await someMs(this.slowness);
		if (!found && this.list) throw new Error('UNIQUE constraint failed');
		const fresh = entries.filter((entry) => !found?.includes(entry));
		this.list = [...(found ?? []), ...fresh];
		return { new: fresh, processed: entries.filter((entry) => found?.includes(entry)) };
	}

	private async removeAll(entries: string[]) {
		await someMs(this.slowness);
		const found = [...(this.list ?? [])];
		await someMs(this.slowness);
		this.list = found.filter((entry) => !entries.includes(entry));
	}
}
