import { outputOf, type ExecutionResult } from '../n8n';
import { sha256 } from '../e2e/support/pictures';
import { useQueue } from './support/queueBench';
import { distinctPictures, promptOf, rowsFromWebhook, send } from './support/rows';

const RUNS = 8;
const ROWS = 5;

const bench = useQueue({ concurrency: 5, emulator: { latency: 1_500 } });
beforeAll(async () => void Object.assign(bench.fal.settings, await distinctPictures()));

/** How many of an execution's pictures are, in their places, what fal made of their rows. */
async function wholePictures(execution: ExecutionResult): Promise<number> {
	const items = outputOf(execution, 'Edit');
	const run = Number(items[0]?.json.run);
	const checks = items.map(async (item, row) => {
		const job = bench.fal.jobs.find(({ id }) => id === item.json.request_id);
		const { prompt } = job?.input as { prompt: string };
		const [here, atFal] = [await bench.fileOf(item), await bench.atFal(item.json.url)];
		return prompt === promptOf(run, row) && sha256(here) === sha256(atFal);
	});
	return (await Promise.all(checks)).filter(Boolean).length;
}

it('40 pictures are edited by both workers, each once, whole and in its place', async () => {
	const { id } = await bench.publish(await rowsFromWebhook('spread'));
	const processes = ['webhook', 'main'] as const;
	const calls = Array.from({ length: RUNS }, async (_, run) => {
		const url = bench.queue.webhookUrl('spread', processes[run % processes.length]);
		await send(url, { run, rows: ROWS });
	});
	await Promise.all(calls);
	const executions = await bench.ended(id, RUNS);
	expect(executions.map(({ status }) => status)).toEqual(Array(RUNS).fill('success'));

	const workers = executions.map((execution) => bench.queue.workersOf(execution.id));
	const share = (name: string) => workers.filter(([worker]) => worker === name).length;
	expect(workers.map((names) => names.length)).toEqual(Array(RUNS).fill(1));
	const whole = await Promise.all(executions.map(wholePictures));
	const different = new Set(bench.fal.jobs.map(({ contentKey }) => contentKey)).size;
	process.stdout.write(
		`\n  ${RUNS} executions of ${ROWS} pictures: worker 1 ran ${share('worker 1')}, worker 2 ` +
			`${share('worker 2')}; ${bench.fal.jobs.length} orders, ${different} different ones; ` +
			`${whole.reduce((sum, one) => sum + one)} pictures whole and in their places\n`,
	);
	expect(share('worker 1')).toBeGreaterThan(0);
	expect(share('worker 2')).toBeGreaterThan(0);
	expect(whole).toEqual(Array(RUNS).fill(ROWS));
	expect([bench.fal.jobs.length, different]).toEqual([RUNS * ROWS, RUNS * ROWS]);
});
