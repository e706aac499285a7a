import { hold } from '../support/hold';
import { until } from '../support/until';
import { Bench } from './support/bench';
import { finishMany, Poller, worstHistory } from './support/polls';

const bench = new Bench();
const EACH = 15;

beforeAll(async () => {
	const proxyAllows = ['api.fal.ai/'];
	await bench.start({ emulator: { latency: 0, image: 'tiny', proxyAllows, ...worstHistory } });
}, 300_000);
afterAll(async () => await bench.stop(), 120_000);

/** Kills n8n while the run of a poll is at its downloads. */
async function killInARun(poller: Poller): Promise<void> {
	const held = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: held.until, times: EACH });
	const before = bench.fal.records.length;
	await poller.pollNow();
	const isFetching = () => bench.fal.records.slice(before).some(({ stage }) => stage === 'result');
	await until(isFetching, { longest: 60_000 });
	await bench.n8n.kill();
	held.release();
	await bench.startAgain();
}

it('a poll delivers each finished edit once, however fal lists them and however often n8n is killed', async () => {
	const poller = await Poller.publish(bench);
	await finishMany(bench, EACH);
	await poller.pollNow();
	for (let kill = 0; kill < 2; kill++) {
		await finishMany(bench, EACH);
		await killInARun(poller);
	}
	await finishMany(bench, EACH);
	const all = bench.fal.jobs.map(({ id }) => id).sort();
	const isComplete = async () => {
		await poller.pollNow();
		return new Set(await poller.delivered()).size >= all.length;
	};
	await until(isComplete, { longest: 240_000, every: 5_000 });
	await poller.pollNow();
	expect((await poller.delivered()).sort()).toEqual(all);
	const [run] = await poller.runs();
	expect(run?.mode).toBe('trigger');
}, 600_000);
