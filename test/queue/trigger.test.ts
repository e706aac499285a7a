import { finalStates, outputOf, type ExecutionResult, type SavedWorkflow } from '../n8n';
import { bodyOf, deliveries, falTrigger, finishedOrder, order } from '../e2e/support/callbacks';
import { useQueue } from './support/queueBench';

const bench = useQueue({
	concurrency: 5,
	emulator: {
		latency: 100,
		picture: 'tiny',
		slots: 10,
		webhookBackoff: [300, 600, 1_200, 2_400, 4_800],
	},
});

interface Published {
	workflow: SavedWorkflow;
	/** its address at each process that takes calls */
	at: Record<'main' | 'webhook', string>;
}

async function publish(path: string): Promise<Published> {
	const workflow = await bench.publish(deliveries(falTrigger({ path })));
	const at = (process: 'main' | 'webhook') => bench.queue.webhookUrl(path, process);
	return { workflow, at: { main: at('main'), webhook: at('webhook') } };
}

async function send(url: string, requestId: string): Promise<number> {
	const body = bodyOf(requestId);
	const headers = bench.fal.signer.headers(requestId, body);
	return (await fetch(url, { method: 'POST', headers, body })).status;
}

/** The ids of the requests whose pictures came out of the trigger, in the runs of a workflow. */
function deliveredBy(runs: ExecutionResult[]): string[] {
	return runs.flatMap((run) =>
		outputOf(run, 'Finished').map(({ json }) => String(json.request_id)),
	);
}

/** The runs of a workflow once no new one has come for a moment and all have ended. */
async function quiet({ workflow }: Published): Promise<ExecutionResult[]> {
	const { api } = bench.n8n;
	const list = async () => await api.allExecutions(workflow.id);
	let runs = await list();
	await bench.until(async () => {
		const before = runs.length;
		await new Promise((resolve) => setTimeout(resolve, 1_000));
		runs = await list();
		return runs.length === before && runs.every(({ status }) => finalStates.includes(status));
	}, 90_000);
	return await Promise.all(runs.map(async ({ id }) => await api.execution(id)));
}

const finishedOrders = async (count: number) =>
	await Promise.all(Array.from({ length: count }, async () => await finishedOrder(bench)));

it('the same callback at the same moment at two processes delivers once', async () => {
	const published = await publish('twice');
	const ids = await finishedOrders(20);
	const statuses = await Promise.all(
		ids.flatMap((id) => Object.values(published.at).map(async (url) => await send(url, id))),
	);
	const runs = await quiet(published);
	const delivered = deliveredBy(runs);
	process.stdout.write(
		`\n  ${ids.length} requests, each called back at the main and the webhook process at once: ` +
			`${runs.length} runs, ${delivered.length} deliveries, ${new Set(delivered).size} different ones\n`,
	);
	expect(new Set(statuses)).toEqual(new Set([200]));
	expect(delivered.sort()).toEqual(ids.sort());
});

it('a delivered request that is called back again after a restart delivers nothing', async () => {
	const published = await publish('restart');
	const ids = await finishedOrders(5);
	for (const id of ids) expect(await send(published.at.webhook, id)).toBe(200);
	expect(deliveredBy(await quiet(published)).sort()).toEqual(ids.sort());
	await bench.queue.process('webhook').kill();
	await bench.queue.process('webhook').start();
	for (const id of ids) expect(await send(published.at.webhook, id)).toBe(200);
	expect(deliveredBy(await quiet(published)).sort()).toEqual(ids.sort());
});

it('50 callbacks arrive, each once, while a worker and the webhook process are killed', async () => {
	const published = await publish('killed');
	const ids = await Promise.all(
		Array.from(
			{ length: 50 },
			async () => await order(bench, { webhookUrl: published.at.webhook }),
		),
	);
	const runs = async () => await bench.n8n.api.allExecutions(published.workflow.id);
	await bench.until(async () => (await runs()).length >= 10);
	await Promise.all([
		bench.queue.process('worker 1').kill(),
		bench.queue.process('webhook').kill(),
	]);
	await bench.queue.process('webhook').start();
	await bench.until(async () => (await runs()).length >= ids.length, 90_000);
	const all = deliveredBy(await quiet(published));
	await bench.queue.process('worker 1').start();
	process.stdout.write(
		`\n  50 callbacks, a worker and the webhook process killed: ${all.length} deliveries, ${new Set(all).size} different ones\n`,
	);
	expect(all.sort()).toEqual(ids.sort());
});
