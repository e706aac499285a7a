import { bodyOf, deliveries, falTrigger, finishedOrder, order } from '../../e2e/support/callbacks';
import { allExecutions, outputOf, type ExecutionResult, type SavedWorkflow } from '../../n8n';
import { Poller } from '../../e2e/support/polls';
import { hold } from '../../support/hold';
import type { QueueBench } from './queueBench';

interface Published {
	workflow: SavedWorkflow;
	/** its address at each process that takes calls */
	at: Record<'main' | 'webhook', string>;
}

async function publish(bench: QueueBench, path: string): Promise<Published> {
	const workflow = await bench.publish(deliveries(falTrigger({ path })));
	const at = (process: 'main' | 'webhook') => bench.queue.webhookUrl(path, process);
	return { workflow, at: { main: at('main'), webhook: at('webhook') } };
}

async function send(bench: QueueBench, url: string, requestId: string): Promise<number> {
	const body = bodyOf(requestId);
	const headers = bench.fal.signer.headers(requestId, body);
	return (await fetch(url, { method: 'POST', headers, body })).status;
}

/** The ids of the requests whose images came out of the trigger. */
const deliveredBy = (runs: ExecutionResult[]): string[] =>
	runs.flatMap((run) => outputOf(run, 'Finished').map(({ json }) => String(json.request_id)));

const finishedOrders = async (bench: QueueBench, count: number) =>
	await Promise.all(Array.from({ length: count }, async () => await finishedOrder(bench)));

const say = (text: string) => process.stdout.write(`\n  ${text}\n`);

function describePoll(bench: QueueBench): void {
	it('what a poll of the main process finds, a worker delivers once, and no later poll asks for it', async () => {
		bench.fal.settings.proxyAllows.push('api.fal.ai/');
		const poller = await Poller.publish(bench);
		const ids = await finishedOrders(bench, 10);
		await poller.pollNow();
		await bench.until(async () => (await poller.delivered()).length >= ids.length);
		for (let poll = 0; poll < 3; poll++) await poller.pollNow();
		const runs = await bench.settled(poller.id);
		expect((await poller.delivered()).sort()).toEqual(ids.sort());
		expect(runs).toHaveLength(1);
	});
}

function describeRepetition(bench: QueueBench): void {
	it('the same callback at the same moment at two processes delivers once', async () => {
		const published = await publish(bench, 'twice');
		const ids = await finishedOrders(bench, 10);
		const statuses = await Promise.all(
			ids.flatMap((id) => Object.values(published.at).map((url) => send(bench, url, id))),
		);
		const runs = await bench.settled(published.workflow.id);
		const delivered = deliveredBy(runs);
		say(
			`${ids.length} requests, each called back at two processes at once: ${runs.length} runs, ` +
				`${delivered.length} deliveries, ${new Set(delivered).size} different ones`,
		);
		expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(ids.length);
		expect(delivered.sort()).toEqual(ids.sort());
	});

	it('a delivered request that is called back again after a restart delivers nothing', async () => {
		const published = await publish(bench, 'restart');
		const ids = await finishedOrders(bench, 5);
		for (const id of ids) expect(await send(bench, published.at.webhook, id)).toBe(200);
		expect(deliveredBy(await bench.settled(published.workflow.id)).sort()).toEqual(ids.sort());
		await bench.queue.process('webhook').kill();
		await bench.queue.process('webhook').start();
		for (const id of ids) expect(await send(bench, published.at.webhook, id)).toBe(200);
		expect(deliveredBy(await bench.settled(published.workflow.id)).sort()).toEqual(ids.sort());
	});
}

function describeKills(bench: QueueBench): void {
	it('50 callbacks arrive, each once, while a worker and the webhook process are killed', async () => {
		const { fal, queue, n8n } = bench;
		const published = await publish(bench, 'killed');
		const webhookUrl = published.at.webhook;
		const others = hold();
		const fromThe15thOn = { ms: 100, match: { nth: 15 }, until: others.until };
		fal.faults.add({ stage: 'queue', kind: 'latency', ...fromThe15thOn });
		const ids = await Promise.all(
			Array.from({ length: 50 }, async () => await order(bench, { webhookUrl })),
		);
		const runs = async () => await allExecutions(n8n.api, published.workflow.id);
		await bench.until(async () => (await runs()).length >= 1);
		others.release();
		await Promise.all((['worker 1', 'webhook'] as const).map((name) => queue.process(name).kill()));
		await queue.process('webhook').start();
		await bench.everyCallback(240_000);
		const delivered = deliveredBy(await bench.settled(published.workflow.id));
		await queue.process('worker 1').start();
		const calls = fal.jobs.reduce((sum, job) => sum + job.webhookDeliveries.length, 0);
		say(
			`50 edits, a worker and the webhook process killed while they came in: ${calls} callbacks, ` +
				`${delivered.length} deliveries, ${new Set(delivered).size} different ones`,
		);
		expect([...new Set(delivered)].sort()).toEqual(ids.sort());
		// Killed in the milliseconds between n8n's save of a run and the note of it, it is run again.
		expect(delivered.length - ids.length).toBeLessThanOrEqual(1);
	}, 600_000);
}

/** Callbacks that come in by several processes. */
export function describeTrigger(bench: QueueBench): void {
	describe('fal Trigger', () => {
		beforeAll(() => {
			// fal waits minutes between its tries.
			const webhookBackoff = Array.from({ length: 50 }, () => 3_000);
			Object.assign(bench.fal.settings, { latency: 100, slots: 10, webhookBackoff });
			Object.assign(bench.fal.settings, { image: 'tiny', outputBytes: undefined });
		});
		describePoll(bench);
		describeRepetition(bench);
		describeKills(bench);
	});
}
