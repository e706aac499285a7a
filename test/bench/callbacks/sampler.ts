import type { QueueBench } from '../../queue/support/queueBench';

/** Looks every second how many runs of some workflows are under way. */
export class Sampler {
	/** the most that were seen at once */
	most = 0;
	private stopped = false;

	constructor(bench: QueueBench, workflowIds: string[]) {
		void this.watch(bench, workflowIds);
	}

	private async watch(bench: QueueBench, workflowIds: string[]): Promise<void> {
		while (!this.stopped) {
			await new Promise((resolve) => setTimeout(resolve, 1_000));
			const lists = workflowIds.map(async (id) => await bench.n8n.api.executions(id));
			// n8n's main process may be down; then the next look counts.
			const all = await Promise.all(lists).catch(() => []);
			const running = all.flat().filter(({ status }) => status === 'running').length;
			if (!this.stopped) this.most = Math.max(this.most, running);
		}
	}

	stop(): void {
		this.stopped = true;
	}
}
