import { ordersAt, sum, wholeImages } from './images';
import type { QueueBench } from './queueBench';
import { rowsFromWebhook, send } from './rows';

const RUNS = 8;
const ROWS = 5;

/** Half of the calls come in at the process for webhooks, half at the main one. */
async function sendRuns(bench: QueueBench, path: string): Promise<void> {
	const processes = ['webhook', 'main'] as const;
	const calls = Array.from({ length: RUNS }, async (_, run) => {
		const url = bench.queue.webhookUrl(path, processes[run % processes.length]);
		await send(url, { run, rows: ROWS });
	});
	await Promise.all(calls);
}

export function describeSpread(bench: QueueBench): void {
	it('edits 40 images on both workers, each once, whole and in its place', async () => {
		// No worker takes all runs, since fal ends no edit before the last one is ordered.
		const allOrdered = async () => await bench.until(() => bench.fal.jobs.length === RUNS * ROWS);
		bench.fal.faults.add({ stage: 'queue', kind: 'latency', until: allOrdered });
		const { id } = await bench.publish(await rowsFromWebhook('spread'));
		await sendRuns(bench, 'spread');
		const executions = await bench.ended(id, RUNS);
		const workers = executions.map((execution) => bench.queue.workersOf(execution.id));
		const share = (name: string) => workers.filter(([worker]) => worker === name).length;
		const whole = await Promise.all(
			executions.map(async (execution) => await wholeImages(bench, execution)),
		);
		const { orders, repeated } = ordersAt(bench);
		process.stdout.write(
			`\n  ${RUNS} executions of ${ROWS} images: worker 1 ran ${share('worker 1')}, worker 2 ` +
				`${share('worker 2')}; ${orders} orders, ${repeated} repeated; ` +
				`${sum(whole)} images whole and in their places\n`,
		);
		expect(executions.map(({ status }) => status)).toEqual(Array(RUNS).fill('success'));
		expect(workers.map((names) => names.length)).toEqual(Array(RUNS).fill(1));
		expect(share('worker 1')).toBeGreaterThan(0);
		expect(share('worker 2')).toBeGreaterThan(0);
		expect(whole).toEqual(Array(RUNS).fill(ROWS));
		expect({ orders, repeated }).toEqual({ orders: RUNS * ROWS, repeated: 0 });
	});
}
