import '../../support/freshConnections';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { finishMany, Poller, worstHistory } from '../../e2e/support/polls';
import { owner } from '../../e2e/support/bench';
import { show, table } from '../table';
import { useOf } from '../processes';
import { OneProcessBench } from './oneProcess';

const ROUNDS = 10;
/** Rounds after which n8n is killed, while the run of that round fetches. */
const KILLED = [3, 6, 9];
const LONGEST = 10 * 60_000;
const MEGABYTE = 1_000_000;

const fetched = ({ fal }: OneProcessBench) =>
	fal.records.filter(({ stage }) => stage === 'result').length;

async function killAndStart(bench: OneProcessBench): Promise<void> {
	await bench.n8n.kill();
	await bench.startAgain();
	await bench.n8n.api.login(owner);
}

/** So many finish before each poll of n8n's own, once a minute. */
async function rounds(bench: OneProcessBench, poller: Poller, requests: number): Promise<void> {
	for (let round = 1; round <= ROUNDS; round++) {
		const [looks, before] = [poller.looks, fetched(bench)];
		await finishMany(bench, requests / ROUNDS);
		await bench.until(() => poller.looks > looks, LONGEST);
		if (!KILLED.includes(round)) continue;
		await bench.until(() => fetched(bench) > before, LONGEST);
		await killAndStart(bench);
	}
}

/** What n8n's database keeps for the trigger: its memory of what was delivered, in rows and bytes. */
function memoryOf({ dataDir }: OneProcessBench) {
	const database = new DatabaseSync(join(dataDir, '.n8n', 'database.sqlite'), { readOnly: true });
	const query = 'select count(*) as count, sum(length(value)) as bytes from processed_data';
	const { count, bytes } = database.prepare(query).get() as { count: number; bytes: number };
	database.close();
	return { count, bytes: Number(bytes ?? 0) };
}

/**
 * Lets fal's history list so many finished requests late, out of order and with equal times, over ten polls a minute
 * apart, with n8n killed three times; and prints what came of it.
 *
 * @returns whether each was delivered once
 */
export async function measurePolls(
	requests: number,
	say: (text: string) => void,
): Promise<boolean> {
	const bench = new OneProcessBench({});
	try {
		const proxyAllows = ['api.fal.ai/'];
		const emulator = { latency: 0, image: 'tiny' as const, proxyAllows, ...worstHistory };
		await bench.start({ emulator });
		const poller = await Poller.publish(bench);
		await rounds(bench, poller, requests);
		const all = async () => new Set(await poller.delivered()).size >= requests;
		const late = await bench.until(all, LONGEST).catch(String);
		if (late) say(late);
		// One more, which has nothing to deliver.
		const looks = poller.looks;
		await bench.until(() => poller.looks > looks, LONGEST);
		const ids = await poller.delivered();
		const runs = await poller.runs();
		const delivered = new Set(ids).size;
		const pages = bench.fal.records.filter(({ stage }) => stage === 'history').length;
		const { count, bytes } = memoryOf(bench);
		const rows = [
			['delivered', `${delivered} of ${requests}`],
			['twice', String(ids.length - delivered)],
			[
				'looks into the history, calls for each',
				`${poller.looks}, ${show(pages / poller.looks, 1)}`,
			],
			['runs, without output', `${runs.length}, ${await poller.emptyRuns()}`],
			["rows of n8n's memory of what was processed, kB", `${count}, ${show(bytes / 1_000, 0)}`],
			['n8n at the end, MB', show(useOf(bench.roots).rss / MEGABYTE, 0)],
		];
		say(`\n${table([`${requests} requests, ${KILLED.length} kills`, ''], rows)}`);
		return delivered === requests && ids.length === requests;
	} finally {
		await bench.stop();
	}
}
