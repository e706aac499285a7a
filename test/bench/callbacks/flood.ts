import { deliveries, falTrigger, order } from '../../e2e/support/callbacks';
import { owner } from '../../e2e/support/bench';
import type { Job } from '../../emulator';
import { allExecutions, outputOf } from '../../n8n';
import { Meter } from '../meter';
import { show, table } from '../table';
import { OneProcessBench } from './oneProcess';
import { Sink, WINDOW } from './sink';

/** How many callbacks come in, how fast, and how often n8n is killed meanwhile. */
export interface Flood {
	name: string;
	requests: number;
	/** 0: all finish while n8n is down */
	perSecond: number;
	kills: number;
}

interface Measured {
	/** ms from the first finished request to the last delivery */
	time: number;
	delivered: number;
	twice: number;
	/** told 200 by n8n itself: while it starts it says so to any call */
	thankedByN8n: number;
	calls: number;
	runs: number;
	/** deliveries a second, the most and the fewest in 5 s while some are missing */
	best: number;
	least: number;
	/** bytes over idle; none where n8n was killed */
	memory?: number;
}

const LATENCY = 5_000;
const LONGEST = 20 * 60_000;
const MEGABYTE = 1_000_000;

/** fal calling again after 3 s, and each time a fifth later, in ms. */
export const floodBackoff = Array.from({ length: 40 }, (_, tried) => 3_000 * 1.2 ** tried);

function receiver(path: string, sink: string) {
	const workflow = deliveries(falTrigger({ path }));
	const url = `=${sink}/?id={{ $json.request_id }}`;
	const nodes = workflow.nodes.map((node) =>
		node.name === 'Finished'
			? { ...node, type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, parameters: { url } }
			: node,
	);
	return { ...workflow, nodes };
}

const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

async function orderAll(bench: OneProcessBench, flood: Flood, webhookUrl: string): Promise<void> {
	const start = Date.now();
	const orders: Array<Promise<string>> = [];
	for (let at = 0; at < flood.requests; at++) {
		const due = flood.perSecond > 0 ? start + (at * 1_000) / flood.perSecond : start;
		await sleep(Math.max(0, due - Date.now()));
		orders.push(order(bench, { webhookUrl, prompt: `Row ${at}` }));
		if (flood.perSecond === 0 && at % 20 === 0) await Promise.all(orders);
	}
	await Promise.all(orders);
}

async function killAndStart(bench: OneProcessBench): Promise<void> {
	await bench.n8n.kill();
	await bench.startAgain();
	await bench.n8n.api.login(owner);
}

const isThanked = ({ webhookDeliveries }: Job) =>
	webhookDeliveries.some(({ statusCode }) => statusCode === 200);

async function killAlong(bench: OneProcessBench, flood: Flood): Promise<void> {
	for (let kill = 1; kill <= flood.kills; kill++) {
		const share = (flood.requests * kill) / (flood.kills + 1);
		await bench.until(() => bench.fal.jobs.filter(isThanked).length >= share, LONGEST);
		await killAndStart(bench);
	}
}

async function deliver(bench: OneProcessBench, flood: Flood, webhookUrl: string): Promise<void> {
	const isDown = flood.perSecond === 0;
	if (isDown) await bench.n8n.kill();
	await orderAll(bench, flood, webhookUrl);
	if (isDown) {
		await bench.until(() => bench.fal.jobs.every(({ state }) => state === 'COMPLETED'), LONGEST);
		await bench.startAgain();
		await bench.n8n.api.login(owner);
	}
	await killAlong(bench, flood);
	await bench.everyCallback(LONGEST);
	await sleep(2 * WINDOW);
}

/** The requests whose images n8n has saved as delivered, once for each time. */
async function savedIds(bench: OneProcessBench, workflowId: string) {
	const { api } = bench.n8n;
	const runs = (await allExecutions(api, workflowId)).filter(({ status }) => status === 'success');
	const ids: string[] = [];
	for (const { id } of runs)
		for (const { json } of outputOf(await api.execution(id), 'Edit Is Finished'))
			ids.push(String(json.request_id));
	return { ids, runs: runs.length };
}

async function measure(bench: OneProcessBench, flood: Flood): Promise<Measured> {
	const sink = new Sink();
	const path = `flood-${flood.requests}-${flood.perSecond}`;
	const workflow = await bench.publish(receiver(path, await sink.start()));
	const meter = new Meter(bench.roots);
	const late = await deliver(bench, flood, bench.webhookUrl(path)).catch(String);
	const { idle, peak } = meter.stop();
	if (late) process.stdout.write(`  ${flood.name}: ${late}\n`);
	await sleep(WINDOW);
	const { ids, runs } = await savedIds(bench, workflow.id);
	const finished = bench.fal.jobs.map(({ completedAt = Infinity }) => completedAt);
	const all = new Set(ids);
	const delivered = all.size;
	sink.stop();
	return {
		time: Math.max(...sink.arrivals.values()) - Math.min(...finished),
		...{ delivered, twice: ids.length - delivered, runs },
		thankedByN8n: bench.fal.jobs.filter((job) => isThanked(job) && !all.has(job.id)).length,
		calls: bench.fal.jobs.reduce((sum, job) => sum + job.webhookDeliveries.length, 0),
		...sink.rates(),
		memory: flood.kills > 0 || flood.perSecond === 0 ? undefined : peak - idle,
	};
}

const HEAD = [
	...[
		'callbacks',
		'delivered',
		'told 200 by n8n alone',
		'twice',
		'seconds',
		'× bound',
		'best, a second',
		'least',
	],
	...['calls of fal', 'runs', 'peak over idle, MB'],
];

function rowOf({ name, requests, perSecond }: Flood, found: Measured): string[] {
	const bound = perSecond > 0 ? (requests * 1_000) / perSecond : undefined;
	return [
		name,
		...[`${found.delivered} of ${requests}`, String(found.thankedByN8n), String(found.twice)],
		show(found.time / 1_000, 1),
		bound ? show(found.time / bound, 3) : '–',
		...[show(found.best, 1), show(found.least, 1), String(found.calls), String(found.runs)],
		found.memory === undefined ? '–' : show(found.memory / MEGABYTE, 0),
	];
}

/**
 * Lets one n8n process have more and more callbacks, and prints what it makes of them.
 *
 * @returns whether each was delivered once
 */
export async function measureFloods(
	floods: Flood[],
	say: (text: string) => void,
): Promise<boolean> {
	const rows: string[][] = [];
	let isWhole = true;
	for (const flood of floods) {
		const bench = new OneProcessBench({});
		const slots = flood.perSecond > 0 ? flood.requests : 40;
		const latency = flood.perSecond > 0 ? LATENCY : 0;
		try {
			const emulator = { latency, slots, image: 'tiny' as const, webhookBackoff: floodBackoff };
			await bench.start({ emulator });
			const found = await measure(bench, flood);
			isWhole &&= found.delivered === flood.requests && found.twice === 0;
			rows.push(rowOf(flood, found));
			say(rows.at(-1)!.join('  '));
		} finally {
			await bench.stop();
		}
	}
	say(`\n${table(HEAD, rows, 1)}`);
	return isWhole;
}
