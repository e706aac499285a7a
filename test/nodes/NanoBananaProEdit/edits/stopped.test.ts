import type { INodeExecutionData } from 'n8n-workflow';
import {
	failure,
	fromFields,
	made,
	PUBLIC_URL,
	rows,
	until,
	useEditBench,
} from '../../../support/edit';
import { type NodeResult } from '../../../support/engine';
import { hold } from '../../../support/hold';
import { makeImage, storeImage } from '../../../support/images';

const bench = useEditBench({}, 'filesystem');
beforeEach(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const BY_ROW = { prompt: '={{ $json.value }}' };
const continues = { onError: 'continueRegularOutput' as const };
const tries = (maxTries: number) => ({ retryOnFail: true, maxTries, waitBetweenTries: 0 });
const orders = () => bench.fal.jobs.length;
const texts = (result: NodeResult) =>
	JSON.stringify([result.outputs, result.error?.message, result.error?.description]);

describe('after a stop', () => {
	const many = async (count: number): Promise<INodeExecutionData[]> =>
		await Promise.all(
			Array.from({ length: count }, async (_, row) => ({
				json: { value: `row ${row} [latency: 600000]` },
				binary: { photo: (await storeImage(`${row}.png`, row)).file },
			})),
		);
	const parameters = { ...BY_ROW, images: fromFields('photo') };

	it.each(['edit', 'submit'])('nothing is ordered, and all is cancelled: %s', async (operation) => {
		let stop = () => {};
		const others = hold();
		bench.fal.faults.add({
			...{ stage: 'initiate', kind: 'slow', match: { nth: 4 } },
			until: others.until,
		});
		const running = bench.edit({
			items: await many(40),
			parameters: { operation, ...parameters },
			onStart: (stopRun) => (stop = stopRun),
		});
		await until(() => orders() === 3 && bench.calls('initiate').length > 3);
		stop();
		others.release();
		await running;
		await until(() => bench.fal.jobs.every((job) => job.cancelRequestedAt !== undefined));
		expect(bench.calls('submit')).toHaveLength(3);
	});

	it('the ids stand in what n8n saves of the execution', async () => {
		let stop = () => {};
		const items = rows(['one', 'two', 'three', 'four [latency: 600000]']);
		const running = bench.edit({ items, parameters: BY_ROW, onStart: (run) => (stop = run) });
		await until(() => bench.calls('stream').length >= 4 && bench.calls('download').length >= 3);
		stop();
		const { run } = await running;
		const saved = JSON.stringify(run.data.resultData.metadata);
		for (const { id } of bench.fal.jobs) expect(saved).toContain(id);
	});

	it.each(['status=hang', 'result=hang'])(
		'a call that hangs holds up no cancel: %s',
		async (fault) => {
			let stop = () => {};
			const prompt = `b [fault: stream=404] [fault: ${fault}] [latency: ${fault === 'status=hang' ? 600000 : 0}]`;
			const running = bench.edit({ parameters: { prompt }, onStart: (run) => (stop = run) });
			const [stage = ''] = fault.split('=');
			await until(() => bench.fal.records.some((record) => record.stage === stage));
			stop();
			// So many calls take far longer than a cancel, and far less than the time that one may hang.
			for (let calls = 0; calls < 500 && bench.calls('cancel').length === 0; calls++)
				await fetch(bench.fal.url);
			expect(bench.calls('cancel')).toHaveLength(1);
			await running;
		},
	);

	it('an order that got no answer is told of, where the output is dropped and where it is not', async () => {
		bench.take({ stage: 'submit', kind: 'drop-after', match: { prompt: 'lost' } });
		let stop = () => {};
		const items = rows(['lost [latency: 0]', 'two [latency: 3600000]']);
		const running = bench.edit({
			items,
			parameters: BY_ROW,
			node: { ...continues, ...tries(3) },
			onStart: (run) => (stop = run),
		});
		await until(() => orders() === 2);
		stop();
		const result = await running;
		expect(JSON.stringify(result.run.data.resultData.metadata)).toContain(
			'fal may have taken the edit of item 0',
		);
		expect(texts(result)).toContain('fal may have taken the edit');
	});
});

describe('what fal had begun when a stop came', () => {
	it.each([
		['where the node goes on', { node: continues }],
		['with its images in the answer', { options: { syncMode: true } }],
	])('Retry execution takes up: %s', async (_, more) => {
		let stop = () => {};
		const held = bench.holdEdits('begun');
		bench.fal.faults.add({ stage: 'cancel', kind: 'drop-before' });
		const run = { items: rows(['begun']), parameters: BY_ROW, ...more };
		const running = bench.edit({ ...run, onStart: (stopRun) => (stop = stopRun) });
		await until(() => bench.calls('stream').length > 0);
		stop();
		const first = await running;
		held.release();
		const again = await bench.edit({ ...run, mode: 'retry', retryOf: first.run });
		expect(made(again).map(({ json }) => json.request_id)).toEqual(
			bench.fal.jobs.map(({ id }) => id),
		);
		expect(orders()).toBe(1);
	});
});

describe('a failure that stops the node', () => {
	it('is the end of ordering, also where starts are spread out', async () => {
		const items = rows(['first [fault: result=refusal-422]', ...Array<string>(20).fill('next')]);
		const options = { batching: { batch: { batchSize: 20, batchInterval: 600_000 } } };
		failure(await bench.edit({ items, parameters: BY_ROW, options }));
		expect(orders()).toBe(1);
	});

	it('is the end of ordering, also for rows whose files are on their way', async () => {
		const items = await Promise.all(
			['first [fault: result=refusal-422]', ...Array<string>(30).fill('next')].map(
				async (value, row) => ({
					json: { value },
					binary: { photo: (await storeImage(`row-${row}-.png`, row)).file },
				}),
			),
		);
		// Until fal has refused the first, and the node had time to hear of it, no other file arrives.
		const isRefused = () => bench.calls('result').some(({ statusCode }) => statusCode === 422);
		const slow = { stage: 'upload', kind: 'slow' } as const;
		bench.fal.faults.add({ ...slow, ms: 0, match: { fileName: 'row-0-' } });
		bench.fal.faults.add({ ...slow, ms: 1_000, until: async () => await until(isRefused) });
		failure(await bench.edit({ items, parameters: { ...BY_ROW, images: fromFields('photo') } }));
		expect(orders()).toBe(1);
	});
});
