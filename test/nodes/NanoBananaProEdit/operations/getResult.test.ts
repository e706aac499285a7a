import {
	failure,
	made,
	PUBLIC_URL,
	until,
	useEditBench,
	type EditRun,
} from '../../../support/edit';
import { nodeOfAnotherProcess } from '../../../support/anotherProcess';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => Object.assign(bench.fal.settings, { othersInQueue: 0 }));

const getResult = async (run: EditRun) => await bench.run('getResult', run);
const NO_WAIT = { waitForResult: false };
const WAITS = 'waits [fault: queue=stuck-queue]';
const RUNS = 'runs [latency: 600000]';

/** Lets fal end an edit once somebody waits for it. */
function endsWhenWaitedFor(prompt: string): void {
	const { release } = bench.holdEdits(prompt);
	const waitedFor = async () => release();
	bench.fal.faults.add({ stage: 'stream', kind: 'slow', match: { prompt }, until: waitedFor });
}

describe('with Wait for Result', () => {
	it('waits for a request that is still running', async () => {
		endsWhenWaitedFor('soon');
		const items = await bench.submitAll(['soon', 'at once']);
		const out = made(await getResult({ items }));
		expect(out.map(({ json }) => json.row)).toEqual([0, 1]);
		for (const { binary } of out) expect(binary).toHaveProperty('data');
	});

	it('knows a request also in a process that has not made it, as after a kill', async () => {
		const items = await bench.submitAll(['one', 'two']);
		const out = made(await getResult({ items, nodeType: nodeOfAnotherProcess() }));
		expect(out.map(({ json }) => json.request_id)).toEqual(
			items.map(({ json }) => json.request_id),
		);
		for (const { binary } of out) expect(binary).toHaveProperty('data');
	});

	it('only stops waiting when the time is up, and says so with the id', async () => {
		const items = await bench.submitAll([RUNS, 'at once']);
		const onError = 'continueErrorOutput' as const;
		const { outputs } = await getResult({ items, options: { timeout: 1 }, node: { onError } });
		const [late] = bench.fal.jobs;
		expect(outputs.map((some) => some.map(({ json }) => json.row))).toEqual([[1], [0]]);
		const [failed] = outputs[1] ?? [];
		expect(failed?.json.error).toMatch(/1 second/);
		expect(failed?.json.details).toEqual({
			description: expect.stringMatching(/still running at fal.*'Timeout \(Seconds\)'/) as string,
			request_id: late?.id,
		});
		expect(late?.cancelRequestedAt).toBeUndefined();
	});

	it('only stops waiting when the execution is stopped: somebody else has ordered it', async () => {
		const items = await bench.submitAll([RUNS, WAITS, RUNS]);
		let stop = () => {};
		const running = getResult({ items, onStart: (stopRun) => (stop = stopRun) });
		const waiting = () => bench.calls('stream').length + bench.calls('status').length;
		await until(() => waiting() >= 3).finally(() => stop());
		expect((await running).outputs.flat()).toEqual([]);
		expect(bench.calls('cancel')).toEqual([]);
	});
});

describe('without Wait for Result', () => {
	it('gives the status of a request that is not finished in place of images', async () => {
		Object.assign(bench.fal.settings, { othersInQueue: 2 });
		const items = await bench.submitAll([WAITS, RUNS]);
		const options = { includeInputFields: false };
		const out = made(await getResult({ items, parameters: NO_WAIT, options }));
		const [waits, runs] = bench.fal.jobs.map(({ id }) => id);
		expect(out).toEqual([
			{
				json: { request_id: waits, status: 'IN_QUEUE', queue_position: 2 },
				pairedItem: { item: 0 },
			},
			{ json: { request_id: runs, status: 'IN_PROGRESS' }, pairedItem: { item: 1 } },
		]);
		expect(bench.fal.jobs.some((job) => job.cancelRequestedAt)).toBe(false);
	});

	it('gives the images of those that are finished, and the status of the others, in order', async () => {
		const items = await bench.submitAll(['first', RUNS, 'third']);
		const out = made(await getResult({ items, parameters: NO_WAIT }));
		expect(
			out.map(({ json, binary }) => [json.row, json.status, Object.keys(binary ?? {})]),
		).toEqual([
			[0, undefined, ['data']],
			[1, 'IN_PROGRESS', []],
			[2, undefined, ['data']],
		]);
	});

	it("is each item's own", async () => {
		endsWhenWaitedFor('soon');
		const items = await bench.submitAll(['soon', RUNS]);
		const parameters = { waitForResult: '={{ $json.row === 0 }}' };
		const out = made(await getResult({ items, parameters }));
		expect(out.map(({ json }) => json.status)).toEqual([undefined, 'IN_PROGRESS']);
	});
});

it.each([1, 2])('has no more requests in work than Items Per Batch: %i', async (batchSize) => {
	const items = await bench.submitAll(['one', 'two', 'three']);
	// Each item waits at a stream of its own.
	const mostWaiting = bench.fill('stream', batchSize, items.length);
	const options = { batching: { batch: { batchSize, batchInterval: 0 } } };
	const out = made(await getResult({ items, options }));
	expect(out.map(({ json }) => json.row)).toEqual([0, 1, 2]);
	expect(mostWaiting()).toBe(batchSize);
});

it('fetches the same result as often as it is asked, and orders nothing', async () => {
	const items = await bench.submitAll(['once']);
	const [first, second] = [await getResult({ items }), await getResult({ items })].map(made);
	expect(second?.[0]?.json).toEqual(first?.[0]?.json);
	expect(bench.fal.jobs).toHaveLength(1);
});

it('with Retry On Fail gives what a second try finds, and orders nothing', async () => {
	const items = await bench.submitAll(['good', 'b [fault: result=401 x1]']);
	const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
	expect(made(await getResult({ items, node }))).toHaveLength(2);
	expect(bench.calls('submit')).toHaveLength(2);
});

it('stops the node with the first failure, which names its item and request', async () => {
	const items = await bench.submitAll(['good', 'b [fault: result=content_policy_violation]']);
	const error = failure(await getResult({ items }));
	expect(error).toMatchObject({
		name: 'NodeApiError',
		httpCode: '422',
		context: { itemIndex: 1, request_id: bench.fal.jobs[1]?.id, type: 'content_policy_violation' },
	});
});
