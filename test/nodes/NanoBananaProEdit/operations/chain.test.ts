import type { INodeExecutionData } from 'n8n-workflow';
import { made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { makeImage, readOutputs, sha256 } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => Object.assign(bench.fal.settings, { image: 'tiny' }));

const QUEUE_FIELDS = ['status', 'status_url', 'response_url', 'cancel_url', 'queue_position'];
const COUNT = 12;
const prompts = Array.from(
	{ length: COUNT },
	(_, row) => `edit ${row} [latency: ${(row * 37) % 90}]`,
);

const run = async (operation: string, items: INodeExecutionData[]) =>
	made(await bench.run(operation, { items }));

/** n8n joins the links of two nodes: what an item of the second came from in the first. */
const linkOf = ({ pairedItem }: INodeExecutionData) => (pairedItem as { item: number }).item;

describe('Submit Edit, then Get Result, for many items', () => {
	const images = new Map<string, Buffer>();
	let submitted: INodeExecutionData[];
	let results: INodeExecutionData[];
	let orders: number;

	beforeAll(async () => {
		for (const [seed, prompt] of prompts.entries())
			images.set(prompt, await makeImage('png', seed));
		bench.fal.settings.image = ({ prompt }) => images.get(prompt)!;
		submitted = await bench.submitAll(prompts);
		results = await run('getResult', submitted);
		orders = bench.calls('submit').length;
	});

	it('orders each edit once', () => expect(orders).toBe(COUNT));

	it("gives each item its own edit's image, in the order of the first input", async () => {
		expect((await readOutputs(results)).map(sha256)).toEqual([...images.values()].map(sha256));
	});

	it('links every image back to its row through both nodes', () => {
		const origins = results.map((item) => linkOf(submitted[linkOf(item)]!));
		expect(origins).toEqual(prompts.map((_, row) => row));
	});

	it('keeps the fields of the first input', () => {
		expect(results.map(({ json }) => [json.row, json.prompt])).toEqual(
			prompts.map((prompt, row) => [row, prompt]),
		);
	});

	it('leaves nothing of the queue on the final item', () => {
		for (const { json } of results)
			for (const name of QUEUE_FIELDS) expect(json).not.toHaveProperty(name);
	});
});

it('leaves nothing of the queue after Submit, Get Status, Get Result either', async () => {
	const items = await run('getStatus', await bench.submitAll(['one', 'two']));
	for (const { json } of await run('getResult', items)) {
		for (const name of QUEUE_FIELDS) expect(json).not.toHaveProperty(name);
		expect(json).toHaveProperty('prompt');
	}
});

it('a status of the user, which did not come from Submit Edit, stays', async () => {
	const [submitted] = await bench.submitAll(['one']);
	const items = [{ json: { request_id: submitted?.json.request_id, status: 'approved' } }];
	expect((await run('getResult', items))[0]?.json).toMatchObject({ status: 'approved' });
});

it('several images of one edit all link to the row of the edit', async () => {
	const parameters = { prompt: '={{ $json.value }}', numImages: 3 };
	const submitted = made(await bench.run('submit', { items: rows(['one', 'two']), parameters }));
	const results = await run('getResult', submitted);
	expect(results.map((item) => [linkOf(item), item.json.index])).toEqual(
		[0, 1].flatMap((row) => [0, 1, 2].map((index) => [row, index])),
	);
});

it('the order of a combined edit is collected like any other', async () => {
	const items = rows(['a', 'b', 'c']);
	const parameters = { combineItems: true, prompt: 'all in one' };
	const submitted = made(await bench.run('submit', { items, parameters }));
	const results = await run('getResult', submitted);
	expect(results.map(({ json }) => json.request_id)).toEqual(bench.fal.jobs.map(({ id }) => id));
	expect(results).toHaveLength(1);
});

it('an image of one edit goes into the next by its address and by its file', async () => {
	const first = await run('getResult', await bench.submitAll(['first']));
	const values = [
		{ source: 'url', url: '={{ $json.url }}' },
		{ source: 'binary', binaryPropertyName: 'data' },
	];
	made(await bench.edit({ items: first, parameters: { images: { values } } }));
	const [bytes] = await readOutputs(first);
	expect(bench.received(1)).toEqual([first[0]?.json.url, sha256(bytes!)]);
});

it('Cancel Edit, then Get Result: says that the edit was cancelled', async () => {
	const submitted = await bench.submitAll(['stop me [latency: 600000]']);
	const { error } = await bench.run('getResult', { items: await run('cancel', submitted) });
	expect(error?.message).toMatch(/was cancelled at fal/);
});
