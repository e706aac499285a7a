import { CLAIM, LOOK } from '../../../nodes/shared/limits';
import { PUBLIC_URL, useEditBench } from '../../support/edit';
import { makeImage } from '../../support/images';
import { finishEdits, PollingN8n, type PollingOptions } from '../../support/pollingN8n';
import { useProcessedData } from '../../support/processedData';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
let made = 0;

beforeAll(async () => {
	await useProcessedData();
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

afterEach(() => {
	jest.useRealTimers();
	jest.restoreAllMocks();
	Object.assign(bench.fal.settings, { historyDelay: 0, historyDisorder: 0, historyGrain: 1 });
});

const newN8n = (options: PollingOptions = {}) =>
	new PollingN8n(bench, { id: `poll ${++made}`, ...options });

/** fal's clock has seconds: what ended in the one in which the workflow is switched on may count. */
const aSecond = async () => await new Promise((resolve) => setTimeout(resolve, 1_100));

const finish = async (...prompts: string[]) => await finishEdits(bench, prompts);

const numbered = (count: number, prompt = 'Row') =>
	Array.from({ length: count }, (_, row) => `${prompt} ${row}`);

/** A moment of fal's past, for requests and their ends. */
function makeOlder(ms: number): void {
	for (const job of bench.fal.jobs) {
		job.submittedAt -= ms;
		job.completedAt! -= ms;
	}
}

const pages = () => bench.calls('history').length;

it('starts one run with all that has finished since it looked last, files and all', async () => {
	const before = await finish('before');
	await aSecond();
	const n8n = await newN8n().switchOn();
	expect(n8n.results).toEqual([]);
	const ids = await finish(...numbered(7));
	await n8n.poll();
	expect(n8n.results).toHaveLength(1);
	expect([...n8n.delivered].sort()).toEqual([...ids].sort());
	expect(n8n.delivered).not.toContain(before[0]);
	const [item] = n8n.results[0]!.outputs[0]!;
	expect(item).toMatchObject({
		json: { callback_data: {}, index: 0 },
		binary: { data: { mimeType: 'image/png' } },
	});
	await n8n.poll();
	expect(n8n.results).toHaveLength(1);
	// One page a look.
	expect(pages()).toBe(3);
});

it('gives those that failed to the second output', async () => {
	const n8n = await newN8n().switchOn();
	const [good, bad] = await finish('good', '[fault: model=422-policy] bad');
	await n8n.poll();
	expect(n8n.delivered).toEqual([good]);
	expect(n8n.cameOut(1)).toEqual([
		expect.objectContaining({
			request_id: bad,
			error: expect.stringMatching(/content filter/) as string,
			callback_data: {},
		}),
	]);
});

it('delivers what is listed late, out of order and with equal times, each once', async () => {
	const n8n = await newN8n().switchOn();
	Object.assign(bench.fal.settings, {
		...{ historyDelay: [0, 200, 400], historyDisorder: 30_000, historyGrain: 1_000 },
	});
	const ids = await finish(...numbered(30));
	await n8n.poll();
	const later = await finish(...numbered(30, 'later'));
	for (let at = 0; at < 3; at++) {
		await new Promise((resolve) => setTimeout(resolve, 250));
		await n8n.poll();
	}
	expect([...n8n.delivered].sort()).toEqual([...ids, ...later].sort());
});

it('looks no further back than fal may list late, and passes over what is not finished', async () => {
	const n8n = await newN8n().switchOn();
	await finish(...numbered(120));
	await n8n.poll();
	await n8n.poll();
	await n8n.poll();
	const before = pages();
	makeOlder(LOOK.late + 60_000);
	bench.fal.settings.historyLists = 'all';
	const held = bench.holdEdits('still at work');
	await bench.run('submit', { parameters: { prompt: 'still at work' } });
	await n8n.poll();
	expect(pages()).toBe(before + 1);
	expect(n8n.delivered).toHaveLength(120);
	held.release();
	bench.fal.settings.historyLists = 'finished';
	await bench.settled();
	await n8n.poll();
	expect(n8n.delivered).toHaveLength(121);
});

it('delivers what a killed run was at, once it counts as dead, and nothing else again', async () => {
	const n8n = await newN8n().switchOn();
	const first = await finish('first');
	await n8n.poll();
	const ids = await finish(...numbered(5));
	n8n.isDying = true;
	await n8n.poll();
	await n8n.restart();
	expect(n8n.delivered).toEqual(first);
	jest.useFakeTimers({ now: Date.now() + 2 * CLAIM.lease, doNotFake: REAL });
	await n8n.poll();
	expect([...n8n.delivered].sort()).toEqual([...first, ...ids].sort());
	await n8n.restart();
	await n8n.poll();
	expect(n8n.delivered).toHaveLength(6);
});

describe('where more finishes than n8n remembers', () => {
	// Two entries stay of each, and seven are there while it is under way.
	const limits = {
		...{ CLAIM: { kept: 100, settle: 10 }, LOOK: { remembered: 15 } },
		...{ CALLBACK_RUNS: { together: 5 } },
	};

	it('reads back no further than that after a restart', async () => {
		const n8n = await newN8n({ limits }).switchOn();
		const ids: string[] = [];
		for (let at = 0; at < 4; at++) {
			ids.push(...(await finish(...numbered(15))));
			await n8n.poll();
		}
		await n8n.restart();
		await n8n.poll();
		expect([...n8n.delivered].sort()).toEqual(ids.sort());
	});

	it('delivers no more at a look, so that n8n may be killed at any of its runs', async () => {
		const n8n = await newN8n({ limits }).switchOn();
		const ids = await finish(...numbered(60));
		for (let looks = 0; n8n.results.length < 9; looks++) {
			expect(looks).toBeLessThan(3);
			await n8n.poll();
		}
		n8n.isDying = true;
		await n8n.poll();
		await n8n.restart();
		jest.useFakeTimers({ now: Date.now() + 2 * CLAIM.lease, doNotFake: REAL });
		for (let looks = 0; looks < 4; looks++) await n8n.poll();
		expect([...n8n.delivered].sort()).toEqual(ids.sort());
	});
});

/** Everything but the clock. */
const REAL = [
	...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'] as const),
	...(['clearImmediate', 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const),
];

describe('after a day in which the workflow was switched off', () => {
	it.each([
		['delivers what finished meanwhile', {}, 3],
		['or skips it, where the user wants that', { options: { whenOff: 'skip' } }, 1],
	])('%s', async (_, parameters, count) => {
		const n8n = await newN8n({ parameters }).switchOn();
		await finish('one');
		await n8n.poll();
		await finish('two', 'three');
		await aSecond();
		await n8n.switchOn('activate');
		await n8n.poll();
		expect(n8n.delivered).toHaveLength(count);
		const [last] = await finish('four');
		await n8n.poll();
		expect(n8n.delivered).toHaveLength(count + 1);
		expect(n8n.delivered).toContain(last);
	});

	it('a restart of n8n, and a new version of the workflow, skip nothing', async () => {
		const n8n = await newN8n({ parameters: { options: { whenOff: 'skip' } } }).switchOn();
		await finish('one');
		await aSecond();
		await n8n.restart();
		await finish('two');
		await aSecond();
		await n8n.switchOn('update');
		expect(n8n.delivered).toHaveLength(2);
	});
});
