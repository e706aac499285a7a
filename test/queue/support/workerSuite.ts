import {
	errorOf,
	outputOf,
	type ExecutionResult,
	type SavedWorkflow,
	type WorkerName,
} from '../../n8n';
import { chain, code, edit, manualTrigger, type NodeSpec } from '../../e2e/support/workflow';
import { ordersAt, sum, wholeImages } from './images';
import type { QueueBench } from './queueBench';
import { rowsFromWebhook, send } from './rows';

const RUNS = 4;
const ROWS = 2;

const errorTrigger: NodeSpec = {
	name: 'A Run Failed',
	type: 'n8n-nodes-base.errorTrigger',
	typeVersion: 1,
};

/** Starts runs on both workers; gives a worker that has some, once the log names all their requests. */
async function startRuns(bench: QueueBench, { id, name }: SavedWorkflow): Promise<WorkerName> {
	for (let run = 0; run < RUNS; run++) {
		await send(bench.queue.webhookUrl(name), { run, rows: ROWS });
	}
	await bench.until(() => idsIn(bench, bench.queue.log()).length === RUNS * ROWS);
	const [latest] = await bench.n8n.api.executions(id);
	const [worker] = bench.queue.workersOf(latest?.id ?? '');
	if (!worker) throw new Error('No worker has begun the latest execution');
	return worker;
}

const idsIn = ({ fal }: QueueBench, log: string) =>
	fal.jobs.map(({ id }) => id).filter((id) => log.includes(id));

const wholeIn = async (bench: QueueBench, executions: ExecutionResult[]) =>
	sum(await Promise.all(executions.map(async (one) => await wholeImages(bench, one))));

/** What Get Result gives for ids that a user has read in a worker's log. */
async function collect(bench: QueueBench, ids: string[]): Promise<number> {
	const items = ids.map((request_id) => ({ json: { request_id } }));
	const workflow = chain('Collect', [
		manualTrigger,
		code('Ids', `return ${JSON.stringify(items)};`),
		edit({ operation: 'getResult' }),
	]);
	const files = outputOf(await bench.run(workflow), 'Edit').map((item) => bench.fileOf(item));
	return (await Promise.all(files)).length;
}

function describeStop(bench: QueueBench): void {
	it('delivers everything when a worker is asked to end', async () => {
		const work = bench.holdEdits();
		const workflow = await bench.publish(await rowsFromWebhook('stop'));
		const name = await startRuns(bench, workflow);
		const worker = bench.queue.process(name);
		const stopping = worker.stop();
		await bench.until(() => worker.log().includes('Received SIGTERM'));
		work.release();
		await stopping;
		const executions = await bench.ended(workflow.id, RUNS);
		const whole = await wholeIn(bench, executions);
		await worker.start();
		const { orders, repeated } = ordersAt(bench);
		process.stdout.write(
			`\n  ${name} asked to end amid its edits: ${orders} orders, ${repeated} repeated; ` +
				`${whole} images whole and in their places\n`,
		);
		expect(executions.map(({ status }) => status)).toEqual(Array(RUNS).fill('success'));
		expect({ orders, repeated, whole }).toEqual({ orders: 8, repeated: 0, whole: RUNS * ROWS });
	});
}

/** Kills a worker amid its edits; gives what becomes of its executions and of the other worker's. */
async function killWorker(bench: QueueBench, workflow: SavedWorkflow) {
	const work = bench.holdEdits();
	const name = await startRuns(bench, workflow);
	const killed = Date.now();
	await bench.queue.process(name).kill();
	work.release();
	const executions = await bench.ended(workflow.id, RUNS);
	const seconds = Math.round((Date.now() - killed) / 1_000);
	const isLost = ({ id }: ExecutionResult) => bench.queue.workersOf(id).includes(name);
	const kept = executions.filter((one) => !isLost(one));
	return { name, seconds, executions, lost: executions.filter(isLost), kept };
}

function describeKill(bench: QueueBench): void {
	it('orders nothing twice when a worker is killed, whose log has what is lost', async () => {
		const failures = await bench.publish(chain('failures', [errorTrigger]));
		const rows = await rowsFromWebhook('kill');
		const settings = { ...rows.settings, errorWorkflow: failures.id };
		const workflow = await bench.publish({ ...rows, settings });
		const { name, seconds, executions, lost, kept } = await killWorker(bench, workflow);
		const { orders, repeated } = ordersAt(bench);
		const [inLost, inKept] = [await wholeIn(bench, lost), await wholeIn(bench, kept)];
		const ids = idsIn(bench, bench.queue.process(name).log());
		const collected = await collect(bench, ids);
		const reports = await bench.ended(failures.id, lost.length);
		await bench.queue.process(name).start();
		process.stdout.write(
			`\n  ${name} killed: ${lost.length} of ${RUNS} executions end after ${seconds} s as ` +
				`"${lost[0]?.status}" with ${inLost} images, the others give ${inKept}; ${orders} orders, ` +
				`${repeated} repeated; ${ids.length} ids in its log, for which Get Result gives ${collected} ` +
				`images; the error workflow ran ${reports.length} times\n`,
		);
		expect(executions.map(({ id }) => bench.queue.workersOf(id).length)).toEqual([1, 1, 1, 1]);
		expect(lost.map(({ status }) => status)).toEqual(lost.map(() => 'error'));
		expect(errorOf(lost[0] as ExecutionResult)?.message).toContain('failed to be processed');
		expect({ orders, repeated }).toEqual({ orders: RUNS * ROWS, repeated: 0 });
		expect([inLost, inKept]).toEqual([0, kept.length * ROWS]);
		expect([ids.length, collected]).toEqual([lost.length * ROWS, lost.length * ROWS]);
		expect(reports).toHaveLength(lost.length);
	});
}

export function describeWorkers(bench: QueueBench): void {
	describeStop(bench);
	describeKill(bench);
}
