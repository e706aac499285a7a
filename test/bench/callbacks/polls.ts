import '../../support/freshConnections';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { falPollTrigger, finishMany, Poller, worstHistory } from '../../e2e/support/polls';
import { owner } from '../../e2e/support/bench';
import { until } from '../../support/until';
import { smallDataUri } from '../images';
import { Meter, type Reading } from '../meter';
import { useOf } from '../processes';
import { show, table } from '../table';
import { OneProcessBench } from './oneProcess';
import { orderWorkflow } from './ways';

/** Rounds after which n8n is killed, while the run of that round fetches. */
const KILLED = [3, 6, 9];
const LONGEST = 10 * 60_000;
const MEGABYTE = 1_000_000;
/** ms between two looks at the memory of n8n, and at what it has saved */
const SAMPLE = 500;
const LOOK = 5_000;

export interface Polled {
	requests: number;
	/** polls before each of which a share of them finishes */
	rounds: number;
}

const fetched = ({ fal }: OneProcessBench) =>
	fal.records.filter(({ stage }) => stage === 'result').length;

async function killAndStart(bench: OneProcessBench): Promise<void> {
	await bench.n8n.kill();
	await bench.startAgain();
	await bench.n8n.api.login(owner);
}

/** So many finish before each poll of n8n's own, once a minute. */
async function finishAll(
	bench: OneProcessBench,
	poller: Poller,
	{ requests, rounds }: Polled,
): Promise<void> {
	// A small one: fal shares the processor with what is measured.
	const image = await smallDataUri();
	for (let round = 1; round <= rounds; round++) {
		const [looks, before] = [poller.looks, fetched(bench)];
		await finishMany(bench, requests / rounds, image);
		await bench.until(() => poller.looks > looks, LONGEST);
		if (!KILLED.includes(round)) continue;
		await bench.until(() => fetched(bench) > before, LONGEST);
		await killAndStart(bench);
	}
}

/** What n8n keeps: its memory of what was processed, in rows and bytes of its database, and that of its processes. */
function keptOf({ dataDir, roots }: OneProcessBench, { idle, peak }: Reading): string[][] {
	const database = new DatabaseSync(join(dataDir, '.n8n', 'database.sqlite'), { readOnly: true });
	const query = 'select count(*) as count, sum(length(value)) as bytes from processed_data';
	const { count, bytes } = database.prepare(query).get() as { count: number; bytes: number };
	database.close();
	const over = [peak, useOf(roots).rss].map((rss) => show((rss - idle) / MEGABYTE));
	return [
		["rows of n8n's memory of what was processed, kB", `${count}, ${show(Number(bytes) / 1_000)}`],
		['idle n8n, at most over it, at the end, MB', [show(idle / MEGABYTE), ...over].join(', ')],
	];
}

/** Lets fal finish them and n8n deliver them; what that takes. */
async function deliverAll(bench: OneProcessBench, polled: Polled, say: (text: string) => void) {
	const poller = await Poller.publish(bench);
	// A second one: until then n8n keeps what only its start has needed.
	await bench.until(() => poller.looks > 1, LONGEST);
	const meter = new Meter(bench.roots, SAMPLE);
	await finishAll(bench, poller, polled);
	const all = async () => new Set(await poller.delivered()).size >= polled.requests;
	const late = await until(all, { longest: LONGEST, every: LOOK }).catch(String);
	if (late) say(late);
	// One more, which has nothing to deliver.
	const looks = poller.looks;
	await bench.until(() => poller.looks > looks, LONGEST);
	return { poller, use: meter.stop() };
}

/**
 * Lets fal's history list so many finished requests late, out of order and with equal times, over polls a minute
 * apart, with n8n killed three times; and prints what came of it.
 *
 * @returns whether each was delivered once
 */
export async function measurePolls(polled: Polled, say: (text: string) => void): Promise<boolean> {
	const { requests, rounds } = polled;
	const bench = new OneProcessBench({});
	try {
		const proxyAllows = ['api.fal.ai/'];
		const emulator = { latency: 0, image: 'tiny' as const, proxyAllows, ...worstHistory };
		await bench.start({ emulator });
		const { poller, use } = await deliverAll(bench, polled, say);
		const ids = await poller.delivered();
		const runs = await poller.runs();
		const delivered = new Set(ids).size;
		const pages = bench.fal.records.filter(({ stage }) => stage === 'history').length;
		const rows = [
			['delivered', `${delivered} of ${requests}`],
			['twice', String(ids.length - delivered)],
			[
				'looks into the history, calls for each',
				`${poller.looks}, ${show(pages / poller.looks, 1)}`,
			],
			['runs, without output', `${runs.length}, ${await poller.emptyRuns()}`],
			...keptOf(bench, use),
		];
		const kills = KILLED.filter((round) => round <= rounds).length;
		say(`\n${table([`${requests} requests, ${kills} kills`, ''], rows)}`);
		return delivered === requests && ids.length === requests;
	} finally {
		await bench.stop();
	}
}

/**
 * Lets one run of a workflow submit so many edits, which are to start fal Poll Trigger in the same workflow; prints
 * what n8n keeps of them.
 *
 * @returns whether all were submitted
 */
export async function measureSubmits(
	requests: number,
	say: (text: string) => void,
): Promise<boolean> {
	const bench = new OneProcessBench({});
	try {
		await bench.start({ emulator: { latency: 0, image: 'tiny' } });
		const workflow = await orderWorkflow(requests, { operation: 'submit' });
		const trigger = { ...falPollTrigger(), parameters: {}, position: [0, 200] as [number, number] };
		const { id } = await bench.save({ ...workflow, nodes: [...workflow.nodes, trigger] });
		const meter = new Meter(bench.roots, SAMPLE);
		const since = Date.now();
		const { api } = bench.n8n;
		await api.waitForExecution(await api.runManually(id, 'Start'), LONGEST);
		const seconds = (Date.now() - since) / 1_000;
		const use = meter.stop();
		const submitted = bench.fal.jobs.length;
		const rows = [
			['submitted', `${submitted} of ${requests}`],
			['seconds', show(seconds, 0)],
			...keptOf(bench, use),
		];
		say(`\n${table(['Submit Edit beside fal Poll Trigger', ''], rows)}`);
		return submitted === requests;
	} finally {
		await bench.stop();
	}
}
