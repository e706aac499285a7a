import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliveries, falTrigger, order } from '../../e2e/support/callbacks';
import { owner } from '../../e2e/support/bench';
import type { Job } from '../../emulator';
import { allExecutions, outputOf } from '../../n8n';
import { describeMachine, thisMachine } from '../machine';
import { smallDataUri } from '../images';
import { Meter } from '../meter';
import { describeRates, floodTable, missed, type Flood, type Measured } from './floodRow';
import { OneProcessBench } from './oneProcess';
import { Sink, WINDOW, type Outage } from './sink';

const LATENCY = 5_000;
/** ms between two looks at the memory of n8n */
const SAMPLE = 500;
/** A row that is not done by then shows what it saw: with kills, after the trigger has looked for what it missed. */
const LONGEST = 4 * 60_000;
const LONGEST_WITH_KILLS = 10 * 60_000;

/** fal calling again after 3 s, and each time a fifth later, in ms. */
export const floodBackoff = Array.from({ length: 40 }, (_, tried) => 3_000 * 1.2 ** tried);

/** A workflow of the trigger and one HTTP Request. */
export function receiver(path: string, sink: string, options = {}) {
	const workflow = deliveries(falTrigger({ path, options }));
	const url = `=${sink}/?id={{ $json.request_id }}`;
	const nodes = workflow.nodes.map((node) =>
		node.name === 'Finished'
			? { ...node, type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, parameters: { url } }
			: node,
	);
	return { ...workflow, nodes };
}

const isThanked = ({ webhookDeliveries }: Job) =>
	webhookDeliveries.some(({ statusCode }) => statusCode === 200);

/** One row under way. */
class Row {
	readonly outages: Outage[] = [];
	private readonly end: number;

	constructor(
		private readonly bench: OneProcessBench,
		private readonly flood: Flood,
		private readonly sink: Sink,
	) {
		this.end = Date.now() + (flood.kills > 0 ? LONGEST_WITH_KILLS : LONGEST);
	}

	private async until(holds: () => boolean): Promise<void> {
		await this.bench.until(holds, Math.max(0, this.end - Date.now()));
	}

	private async orderAll(webhookUrl: string): Promise<void> {
		const { requests, perSecond } = this.flood;
		const start = Date.now();
		const orders: Array<Promise<string>> = [];
		// A small one: fal shares the processor with what is measured.
		const image = await smallDataUri();
		for (let at = 0; at < requests; at++) {
			const due = perSecond > 0 ? start + (at * 1_000) / perSecond : start;
			await sleep(Math.max(0, due - Date.now()));
			orders.push(order(this.bench, { webhookUrl, image, prompt: `Row ${at}` }));
			if (perSecond === 0 && at % 20 === 0) await Promise.all(orders);
		}
		await Promise.all(orders);
	}

	private async whileDown(act: () => Promise<void>): Promise<void> {
		const from = Date.now();
		await this.bench.n8n.kill();
		await act();
		await this.bench.startAgain();
		await this.bench.n8n.api.login(owner);
		this.outages.push([from, Date.now()]);
	}

	private async killAlong(): Promise<void> {
		const { requests, kills } = this.flood;
		for (let kill = 1; kill <= kills; kill++) {
			const share = (requests * kill) / (kills + 1);
			await this.until(() => this.bench.fal.jobs.filter(isThanked).length >= share);
			await this.whileDown(async () => undefined);
		}
	}

	async deliver(webhookUrl: string): Promise<void> {
		const { jobs } = this.bench.fal;
		const ordered = async () => {
			await this.orderAll(webhookUrl);
			await this.until(() => jobs.every(({ state }) => state === 'COMPLETED'));
		};
		if (this.flood.perSecond === 0) await this.whileDown(ordered);
		else await ordered();
		await this.killAlong();
		await this.until(() => jobs.every(({ id }) => this.sink.arrivals.has(id)));
		// What is delivered twice may come after all that had to come.
		await sleep(2 * WINDOW);
	}
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

function answersIn(jobs: Job[]): Record<string, number> {
	const answers: Record<string, number> = {};
	for (const { statusCode } of jobs.flatMap(({ webhookDeliveries }) => webhookDeliveries)) {
		const told = String(statusCode ?? 'none');
		answers[told] = (answers[told] ?? 0) + 1;
	}
	return answers;
}

async function measure(bench: OneProcessBench, flood: Flood): Promise<Measured> {
	const sink = new Sink();
	const path = `flood-${flood.requests}-${flood.perSecond}`;
	// The requests come from no workflow. A kill loses calls that a starting n8n answers itself.
	const options = { missed: flood.kills > 0 ? 'all' : 'off' };
	const workflow = await bench.publish(receiver(path, await sink.start(), options));
	const meter = new Meter(bench.roots, SAMPLE);
	const row = new Row(bench, flood, sink);
	const late = await row.deliver(bench.webhookUrl(path)).catch(String);
	const { idle, peak } = meter.stop();
	const { jobs } = bench.fal;
	if (late) process.stdout.write(`  ${flood.name}: ${late.split('\n')[0]}\n`);
	const none = { ids: [] as string[], runs: 0 };
	const { ids, runs } = await Promise.race([
		savedIds(bench, workflow.id).catch(() => none),
		sleep(60_000, none, { ref: false }),
	]);
	const finished = jobs.map(({ completedAt = Infinity }) => completedAt);
	// Where n8n cannot say any more what it has saved, what came out at the end counts.
	const all = new Set(ids.length > 0 ? ids : sink.arrivals.keys());
	sink.stop();
	return {
		time: Math.max(...sink.arrivals.values()) - Math.min(...finished),
		...{ delivered: all.size, twice: Math.max(0, ids.length - all.size), runs },
		answers: answersIn(jobs),
		rates: sink.rates(row.outages),
		memory: row.outages.length > 0 ? undefined : peak - idle,
	};
}

async function measureAlone(flood: Flood): Promise<Measured> {
	const bench = new OneProcessBench({});
	const slots = flood.perSecond > 0 ? flood.requests : 40;
	const latency = flood.perSecond > 0 ? LATENCY : 0;
	const busy = Array.from({ length: flood.loops }, () =>
		spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
	);
	try {
		const proxyAllows = ['api.fal.ai/', 'rest.fal.ai/'];
		const emulator = {
			...{ latency, slots, image: 'tiny' as const, webhookBackoff: floodBackoff, proxyAllows },
		};
		await bench.start({ emulator });
		return await measure(bench, flood);
	} finally {
		for (const loop of busy) loop.kill('SIGKILL');
		await bench.stop();
	}
}

/**
 * Lets one n8n process have more and more callbacks, and prints what it makes of them.
 *
 * @returns whether no target is missed
 */
export async function measureFloods(
	floods: Flood[],
	say: (text: string) => void,
): Promise<boolean> {
	const rows: Array<{ flood: Flood; found: Measured }> = [];
	for (const flood of floods) {
		const found = await measureAlone(flood);
		rows.push({ flood, found });
		say(`${flood.name}: ${describeRates(found)}`);
	}
	say(`\n${describeMachine(thisMachine())}\n`);
	say(floodTable(rows));
	return rows.every(({ flood, found }) => missed(flood, found).length === 0);
}
