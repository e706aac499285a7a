import type { IDataObject } from 'n8n-workflow';
import {
	failure,
	fromFields,
	made,
	PUBLIC_URL,
	rows,
	until,
	useEditBench,
	type EditRun,
} from '../../../support/edit';
import { hold } from '../../../support/hold';
import { makeImage, sha256, storeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => Object.assign(bench.fal.settings, { latency: 0 }));

const BY_ROW = { prompt: '={{ $json.value }}' };
const submit = async (run: EditRun = {}) => await bench.run('submit', run);

it('gives the request id and where the request stands, and waits for nothing', async () => {
	bench.fal.settings.latency = 600_000;
	const [item, ...others] = made(
		await submit({ items: [{ json: { name: 'mug', status: 'old' } }] }),
	);
	const [job] = bench.fal.jobs;
	const request = `https://queue.fal.run/fal-ai/nano-banana-pro/requests/${job?.id}`;
	expect(others).toEqual([]);
	expect(item).toEqual({
		json: {
			name: 'mug',
			request_id: job?.id,
			status: 'IN_QUEUE',
			status_url: `${request}/status`,
			response_url: request,
			cancel_url: `${request}/cancel`,
		},
		pairedItem: { item: 0 },
	});
	expect(bench.fal.records.map(({ stage }) => stage)).toEqual(['submit']);
});

it.each<[string, IDataObject, IDataObject]>([
	['nothing set', {}, {}],
	[
		'every field set',
		{ numImages: 3, aspectRatio: '4:5', resolution: '4K', outputFormat: 'webp' },
		{},
	],
	[
		'every option of fal',
		{},
		{ systemPrompt: 'Calm.', seed: 7, safetyTolerance: '2', syncMode: false },
	],
	['the other switches', {}, { enableWebSearch: false, limitGenerations: false }],
	['low priority', {}, { queuePriority: 'low' }],
	['files that fal deletes', {}, { fileExpiration: '1h' }],
])('orders what Edit Image would order: %s', async (_name, parameters, options) => {
	made(await bench.edit({ parameters, options }));
	made(await submit({ parameters, options }));
	const [edited, submitted] = bench.fal.jobs;
	const [input, same] = bench.inputs();
	expect(same).toEqual(input);
	const sent = ['x-fal-queue-priority', 'x-fal-object-lifecycle-preference'];
	for (const name of sent) expect(submitted?.headers[name]).toBe(edited?.headers[name]);
});

it.each(['upload', 'dataUri'])('sends files by %s', async (imageTransfer) => {
	const { bytes, file } = await storeImage();
	const items = [{ json: {}, binary: { photo: file } }];
	made(
		await submit({
			items,
			parameters: { images: fromFields('photo') },
			options: { imageTransfer },
		}),
	);
	expect(bench.received()).toEqual([sha256(bytes)]);
	expect(bench.fal.uploads).toHaveLength(imageTransfer === 'upload' ? 1 : 0);
});

it('links twenty items each to its own request, in the order of the input', async () => {
	const items = rows(Array.from({ length: 20 }, (_, row) => `edit ${row}`));
	const out = made(await submit({ items, parameters: BY_ROW }));
	expect(out.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
	const promptOf = (id: unknown) =>
		bench.inputs()[bench.fal.jobs.findIndex((job) => job.id === id)]?.prompt;
	expect(out.map(({ json }) => promptOf(json.request_id))).toEqual(
		items.map(({ json }) => json.value),
	);
});

it('keeps the fields of the input away when they are not wanted', async () => {
	const [item] = made(
		await submit({ items: rows(['mug']), options: { includeInputFields: false } }),
	);
	expect(Object.keys(item?.json ?? {})).toEqual([
		'request_id',
		'status',
		'status_url',
		'response_url',
		'cancel_url',
	]);
});

it('makes one request of the images of all items, linked to all', async () => {
	const addresses = [0, 1, 2].map((row) => `${PUBLIC_URL}?row=${row}`);
	const values = [{ source: 'url', url: `=${PUBLIC_URL}?row={{ $json.row }}` }];
	const out = made(
		await submit({
			items: rows([1, 2, 3]),
			parameters: { combineItems: true, images: { values } },
		}),
	);
	expect(out).toHaveLength(1);
	expect(bench.received()).toEqual(addresses);
	expect(out[0]?.pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	expect(Object.keys(out[0]?.json ?? {})).not.toContain('row');
});

it('orders nothing when Maximum Images is passed', async () => {
	const error = failure(await submit({ items: rows(['one', 'two']), options: { maxImages: 1 } }));
	expect(error.message).toContain("'Maximum Images'");
	expect(bench.fal.records).toEqual([]);
});

it.each([1, 3])('has no more orders under way than Items Per Batch: %i', async (batchSize) => {
	const items = rows(['one', 'two', 'three', 'four', 'five', 'six']);
	const mostUnderWay = bench.fill('submit', batchSize, items.length);
	const options = { batching: { batch: { batchSize, batchInterval: 0 } } };
	expect(made(await submit({ items, parameters: BY_ROW, options }))).toHaveLength(6);
	expect(mostUnderWay()).toBe(batchSize);
});

it('orders no further item after a stop, and the output holds what was ordered', async () => {
	const answer = hold();
	bench.take({ stage: 'submit', kind: 'slow', until: answer.until });
	let stop = () => {};
	const running = submit({
		items: rows(['one', 'two', 'three']),
		parameters: BY_ROW,
		options: { batching: { batch: { batchSize: 1, batchInterval: 0 } } },
		node: { onError: 'continueRegularOutput' },
		onStart: (stopRun) => (stop = stopRun),
	});
	await until(() => bench.fal.jobs.length === 1).finally(() => stop());
	answer.release();
	const { outputs } = await running;
	expect(bench.fal.jobs).toHaveLength(1);
	expect(outputs[0]?.[0]?.json.request_id).toBe(bench.fal.jobs[0]?.id);
	// Else its cancel would look for an emulator that has gone, and keep the test's process alive.
	await until(() => bench.calls('cancel').length > 0);
});
