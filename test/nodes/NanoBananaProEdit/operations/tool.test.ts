import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import {
	failure,
	fromFields,
	made,
	PUBLIC_URL,
	useEditBench,
	type EditRun,
} from '../../../support/edit';
import { makeImage, sha256, storeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

/** n8n gives a node that an agent calls a type of its own, and the model's words as its input. */
const TOOL = { type: 'n8n-nodes-nano-banana-pro.nanoBananaProEditTool' };
const WORDS: INodeExecutionData[] = [
	{ json: { Prompt: 'make it blue', sessionId: 'chat-1', toolCallId: 'call_1' } },
];
const call = async (operation: string, run: EditRun = {}) =>
	await bench.run(operation, { items: WORDS, node: TOOL, ...run });

const keysOf = (items: INodeExecutionData[]) => items.map(({ json }) => Object.keys(json));

describe("the answer to an agent holds the result only, none of the model's own words", () => {
	const asInput = (items: INodeExecutionData[]) =>
		items.map(({ json }) => ({ json: { ...WORDS[0]?.json, ...json } }));

	it('Edit Image', async () => {
		expect(keysOf(made(await call('edit')))).toEqual([
			'request_id description seed index url content_type file_name file_size width height'.split(
				' ',
			),
		]);
	});

	it('Submit Edit', async () => {
		expect(keysOf(made(await call('submit')))).toEqual([
			['request_id', 'status', 'status_url', 'response_url', 'cancel_url'],
		]);
	});

	it('Get Status', async () => {
		const items = asInput(await bench.submitAll(['blue']));
		const [item] = made(await call('getStatus', { items }));
		expect(Object.keys(item?.json ?? {}).sort()).toEqual([
			'cancel_url',
			'metrics',
			'request_id',
			'response_url',
			'status',
			'status_url',
		]);
	});

	it('Get Result', async () => {
		const items = asInput(await bench.submitAll(['blue']));
		const [item] = made(await call('getResult', { items }));
		expect(Object.keys(item?.json ?? {})).not.toEqual(expect.arrayContaining(['Prompt']));
		expect(item?.json).not.toHaveProperty('sessionId');
		expect(item?.json.url).toMatch(/^http/);
	});

	it('Cancel Edit', async () => {
		const items = asInput(await bench.submitAll(['blue']));
		expect(keysOf(made(await call('cancel', { items })))).toEqual([['request_id', 'status']]);
	});

	it('also when Include Input Fields is on', async () => {
		const [item] = made(await call('edit', { options: { includeInputFields: true } }));
		expect(item?.json).not.toHaveProperty('sessionId');
	});
});

describe('the answer to an agent has the address of every image', () => {
	it.each<[string, IDataObject]>([
		['an item for each image', {}],
		['one item', { outputMode: 'singleItem' }],
		['no files', { downloadImages: false }],
		['one item, no files', { outputMode: 'singleItem', downloadImages: false }],
	])('%s', async (_name, options) => {
		const items = made(await call('edit', { parameters: { numImages: 2 }, options }));
		const json = JSON.stringify(items.map((item) => item.json));
		expect(json.match(/"url":"http[^"]+\.png"/g)).toHaveLength(2);
	});
});

describe('images for an agent', () => {
	it('an address that the model gives', async () => {
		const items = [{ json: { image: PUBLIC_URL } }];
		const values = [{ source: 'url', url: '={{ $json.image }}' }];
		made(await call('edit', { items, parameters: { images: { values } } }));
		expect(bench.received()).toEqual([PUBLIC_URL]);
	});

	it('several addresses in one text, and one in a list', async () => {
		for (const images of [`${PUBLIC_URL}\n${PUBLIC_URL}`, [PUBLIC_URL]]) {
			const values = [{ source: 'url', url: '={{ $json.images }}' }];
			const items = [{ json: { images } as IDataObject }];
			made(await call('edit', { items, parameters: { images: { values } } }));
		}
		expect([bench.received(0), bench.received(1)].map(({ length }) => length)).toEqual([2, 1]);
	});

	it('a file of another node', async () => {
		const { bytes, file } = await storeImage();
		const items = [{ json: {}, binary: { photo: file } }];
		const images = fromFields('={{ $("Before").item.binary.photo }}');
		made(await call('edit', { items, parameters: { images } }));
		expect(bench.received()).toEqual([sha256(bytes)]);
	});

	it.each(['', ' \n', null, []])('a file, and %j where the model has no address', async (image) => {
		const { bytes, file } = await storeImage();
		const values = [
			{ source: 'binary', binaryPropertyName: '={{ [$("Before").item.binary.photo] }}' },
			{ source: 'url', url: '={{ $json.image }}' },
		];
		const items = [{ json: { image } as IDataObject, binary: { photo: file } }];
		made(await call('edit', { items, parameters: { images: { values } } }));
		expect(bench.received()).toEqual([sha256(bytes)]);
	});

	it('no file and no address: the model is told', async () => {
		const values = [
			{ source: 'binary', binaryPropertyName: '={{ [] }}' },
			{ source: 'url', url: '={{ "" }}' },
		];
		const error = failure(await call('edit', { parameters: { images: { values } } }));
		expect(error.message).toBe('There is no image to edit');
		expect(bench.fal.records).toEqual([]);
	});

	it.each(['edit', 'submit'])('none: %s says what an agent can do about it', async (operation) => {
		const error = failure(await call(operation, { parameters: { images: fromFields('*') } }));
		expect(error.message).toBe('There is no image to edit');
		expect(error.description).toMatch(/agent.*URL/);
		expect(bench.fal.records).toEqual([]);
	});

	it('none outside of an agent: the words are of connecting nodes', async () => {
		const { description } = failure(await bench.edit({ parameters: { images: fromFields('*') } }));
		expect(description).not.toMatch(/agent/i);
	});
});

it('a failure reaches the agent in words, with the request id', async () => {
	const error = failure(
		await call('edit', { parameters: { prompt: 'b [fault: result=422-policy]' } }),
	);
	expect(error.message).toMatch(/filter refused/);
	expect(error.description).toContain(bench.fal.jobs[0]?.id);
});
