import { ordersAt, sum, wholeImages } from './images';
import type { QueueBench } from './queueBench';
import { rowsFromWebhook, send } from './rows';

const ROWS = 5;

/** One execution that the main process was called for, one that the process for webhooks was. */
async function startRuns(bench: QueueBench, run: number): Promise<void> {
	const before = bench.fal.jobs.length;
	await send(bench.queue.webhookUrl('main', 'main'), { run, rows: ROWS });
	await send(bench.queue.webhookUrl('main', 'webhook'), { run: run + 1, rows: ROWS });
	await bench.until(
		() => bench.fal.jobs.filter(({ startedAt }) => startedAt).length === before + 2 * ROWS,
	);
}

export function describeMain(bench: QueueBench): void {
	it('delivers everything when the main process is killed and started again', async () => {
		const main = bench.queue.process('main');
		const { id } = await bench.publish(await rowsFromWebhook('main'));
		const [first, second] = [bench.holdEdits(0, 1), bench.holdEdits(2, 3)];
		await startRuns(bench, 0);
		await startRuns(bench, 2);
		const killed = Date.now();
		await main.kill();
		second.release();
		const finished = () => bench.fal.jobs.filter(({ completedAt }) => completedAt !== undefined);
		await bench.until(() => finished().length === 2 * ROWS);
		await main.start();
		const back = Date.now();
		first.release();
		const executions = await bench.ended(id, 4);
		const made = bench.fal.jobs.map(({ completedAt = 0 }) => completedAt);
		const meanwhile = made.filter((time) => time > killed && time < back).length;
		const whole = await Promise.all(executions.map((one) => wholeImages(bench, one)));
		const { orders, repeated } = ordersAt(bench);
		process.stdout.write(
			`\n  the main process killed, and back after ${((back - killed) / 1000).toFixed(1)} s: fal made ` +
				`${meanwhile} of ${made.length} images meanwhile; ${orders} orders, ${repeated} repeated; ` +
				`${sum(whole)} images whole and in their places\n`,
		);
		expect(executions.map(({ status }) => status)).toEqual(Array(4).fill('success'));
		expect(whole).toEqual(Array(4).fill(ROWS));
		expect({ orders, repeated }).toEqual({ orders: 4 * ROWS, repeated: 0 });
	});
}
