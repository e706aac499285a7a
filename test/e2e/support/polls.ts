import { outputOf, type ExecutionResult } from '../../n8n';
import { until } from '../../support/until';
import type { Bench } from './bench';
import { deliveredIn, deliveries, order, savedRuns } from './callbacks';
import type { NodeSpec } from './workflow';

export const falPollTrigger = (parameters: Record<string, unknown> = {}): NodeSpec => ({
	name: 'fal Poll Trigger',
	type: 'n8n-nodes-nano-banana-pro.falPollTrigger',
	typeVersion: 1,
	parameters: { pollTimes: { item: [{ mode: 'everyMinute' }] }, requests: 'all', ...parameters },
});

/** n8n polls when a workflow is published; so nobody waits for the next minute. */
export async function pollNow({ n8n: { api } }: Bench, id: string): Promise<void> {
	await api.deactivate(id);
	await api.activate(await api.workflow(id));
}

/** A published workflow whose trigger polls, seen from outside. */
export class Poller {
	private readonly known = new Map<string, ExecutionResult>();

	private constructor(
		private readonly bench: Bench,
		readonly id: string,
	) {}

	static async publish(bench: Bench, parameters?: Record<string, unknown>): Promise<Poller> {
		const { id } = await bench.publish(deliveries(falPollTrigger(parameters)));
		return new Poller(bench, id);
	}

	async pollNow(): Promise<void> {
		await pollNow(this.bench, this.id);
	}

	/** How often the history was looked into so far, of however many pages. */
	get looks(): number {
		const isFirst = ({ stage, url }: { stage?: string; url: string }) =>
			stage === 'history' && !url.includes('cursor=');
		return this.bench.fal.records.filter(isFirst).length;
	}

	async runs() {
		return await savedRuns(this.bench, this.id, this.known);
	}

	async emptyRuns(): Promise<number> {
		const runs = await this.runs();
		return runs.filter((run) => outputOf(run, 'fal Poll Trigger').length === 0).length;
	}

	async delivered(): Promise<string[]> {
		return deliveredIn(await this.runs(), 'fal Poll Trigger');
	}
}

/** Orders so many edits, and lets fal finish them. */
export async function finishMany(bench: Bench, count: number, image?: string): Promise<void> {
	for (let at = 0; at < count; at += 10) {
		const some = Array.from(
			{ length: Math.min(10, count - at) },
			async () => await order(bench, { image }),
		);
		await Promise.all(some);
	}
	await until(() => bench.fal.jobs.every(({ state }) => state === 'COMPLETED'), { every: 100 });
}

/** How fal's history is at its worst: late, out of order, with equal times. */
export const worstHistory = {
	historyDelay: [0, 5_000, 30_000],
	historyDisorder: 30_000,
	historyGrain: 1_000,
};
