import type { IDataObject } from 'n8n-workflow';
import {
	fromFields,
	made,
	PUBLIC_URL,
	until,
	useEditBench,
	type EditRun,
} from '../../../support/edit';
import { makeImage, readOutputs, sha256, storeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const edit = async (run: EditRun) => made(await bench.edit(run));

describe('the fields of the input item', () => {
	const json = {
		name: 'mug',
		index: 'mine',
		width: 'wide',
		error: 'old',
		message: 'kept',
		nested: { a: [1] },
	};

	it('stay, a result of the same name wins, and error is not carried', async () => {
		const [item] = await edit({ items: [{ json }] });
		const { index, width, name, message, nested } = item?.json ?? {};
		expect({ index, width, name, message, nested }).toEqual({
			index: 0,
			width: 64,
			name: 'mug',
			message: 'kept',
			nested: { a: [1] },
		});
		expect(item?.json).not.toHaveProperty('error');
	});

	it('do not make n8n take the item for a failed one', async () => {
		const { outputs } = await bench.edit({
			items: [{ json }],
			node: { onError: 'continueErrorOutput' },
		});
		expect(outputs.map((items) => items.length)).toEqual([1, 0]);
	});

	it.each<[string, EditRun]>([
		['when they are not wanted', { options: { includeInputFields: false } }],
		['when images of all items make one edit', { parameters: { combineItems: true } }],
		[
			"when the node is an agent's tool",
			{ node: { type: 'n8n-nodes-nano-banana-pro.nanoBananaProEditTool' } },
		],
	])('stay away %s', async (_name, run) => {
		const [item] = await edit({ items: [{ json }], ...run });
		expect(item?.json).not.toHaveProperty('name');
		expect(item?.json).toHaveProperty('request_id', bench.fal.jobs[0]?.id);
	});

	it('that an earlier look has left do not stay on the finished edit', async () => {
		const prompt = 'make it blue';
		const work = bench.holdEdits(prompt);
		const [ordered] = made(await bench.run('submit', { parameters: { prompt } }));
		const look = async (item: typeof ordered) => {
			const parameters = { requestId: '={{ $json.request_id }}', waitForResult: false };
			return made(await bench.run('getResult', { items: item && [item], parameters }))[0];
		};
		const unfinished = await look(ordered);
		expect(unfinished?.json.status).toMatch(/^IN_/);
		work.release();
		await until(() => bench.fal.jobs[0]?.state === 'COMPLETED');
		const finished = await look(unfinished);
		expect(finished?.json).toHaveProperty('url');
		expect(finished?.json).not.toHaveProperty('status');
		expect(finished?.json).not.toHaveProperty('queue_position');
	});

	it('are not changed on the input item itself', async () => {
		const input = { json: { ...json } };
		await edit({ items: [input] });
		expect(input).toEqual({ json });
	});
});

const replaced = (hints: string[]) => hints.filter((hint) => /has replaced/.test(hint));

describe("the user's own data", () => {
	const product = { sku: 'M-1', description: 'A blue mug', url: 'https://shop.example.com/m-1' };

	it('is not replaced by nothing: fal leaves the description empty', async () => {
		const result = await bench.edit({ items: [{ json: { sku: 'M-1', description: 'A mug' } }] });
		expect(made(result)[0]?.json.description).toBe('A mug');
		expect(replaced(result.hints)).toEqual([]);
	});

	it.each([['', null, undefined]])('an empty field is no data: %j', async (description) => {
		const result = await bench.edit({ items: [{ json: { description } as IDataObject }] });
		expect(made(result)[0]?.json.description).toBe('');
		expect(replaced(result.hints)).toEqual([]);
	});

	it('that a result has replaced is named once a run, with what keeps both', async () => {
		const items = [{ json: product }, { json: { ...product, width: 9 } }, { json: { sku: 'M-3' } }];
		const result = await bench.edit({ items });
		expect(made(result)).toHaveLength(3);
		expect(replaced(result.hints)).toEqual([
			"The result has replaced these fields of the input: 'url', 'width'. 'Result Field Prefix' under Options keeps both.",
		]);
	});

	it.each(['perImage', 'singleItem'])(
		'stays beside a result with a prefix: %s',
		async (outputMode) => {
			const own = { ...product, images: ['mine'], request_id: 'R-7', cost: 3, index: 'first' };
			const options = { resultPrefix: 'edited_', outputMode };
			const result = await bench.edit({ items: [{ json: own }], options });
			const { json } = made(result)[0]!;
			expect(json).toMatchObject({ ...own, edited_request_id: bench.fal.jobs[0]?.id });
			const others = Object.keys(json).filter((name) => !(name in own));
			expect(others.filter((name) => !name.startsWith('edited_'))).toEqual([]);
			expect(others).toContain(outputMode === 'perImage' ? 'edited_url' : 'edited_images');
			expect(result.hints).toContain('Made 1 image in 1 edit for 0.15 USD');
			expect(replaced(result.hints)).toEqual([]);
		},
	);

	it('is said for Submit Edit, too', async () => {
		const items = [{ json: { status: 'in stock' } }];
		expect(replaced((await bench.run('submit', { items })).hints)).toHaveLength(1);
	});

	it('goes back into the sheet as it was, with the edited address beside it', async () => {
		const options = { resultPrefix: 'edited_', downloadImages: false };
		const items = made(await bench.edit({ items: [{ json: product }], options }));
		const { sku, description, url, edited_url } = items[0]!.json;
		expect({ sku, description, url }).toEqual(product);
		expect(edited_url).toMatch(/^https?:/);
	});
});

describe('a chain of our own nodes', () => {
	const prefixes = ['', 'edited_'];
	const optionsWith = (resultPrefix: string) => ({ resultPrefix });

	it.each(prefixes)('cries no wolf when an edit is edited again, prefix %j', async (prefix) => {
		const options = optionsWith(prefix);
		const first = made(await bench.edit({ items: [{ json: { sku: 1 } }], options }));
		const second = await bench.edit({ items: first, options });
		expect(made(second)[0]?.json[`${prefix}request_id`]).toBe(bench.fal.jobs[1]?.id);
		expect(replaced(second.hints)).toEqual([]);
	});

	it.each(prefixes)('cries no wolf from Submit Edit to Get Result, prefix %j', async (prefix) => {
		const options = optionsWith(prefix);
		const requestId = `={{ $json.${prefix}request_id }}`;
		let items = made(await bench.run('submit', { items: [{ json: { sku: 1 } }], options }));
		await bench.settled();
		for (const operation of ['getStatus', 'cancel', 'getResult']) {
			const result = await bench.run(operation, { items, options, parameters: { requestId } });
			items = made(result);
			expect(replaced(result.hints)).toEqual([]);
		}
		expect(items[0]?.json).toHaveProperty(`${prefix}url`);
		expect(items[0]?.json).not.toHaveProperty(`${prefix}status`);
	});

	it('still says it where Get Result replaces what the user had before Submit Edit', async () => {
		const submitted = made(await bench.run('submit', { items: [{ json: { url: 'mine' } }] }));
		await bench.settled();
		const { hints } = await bench.run('getResult', { items: submitted });
		expect(replaced(hints)).toEqual([expect.stringContaining("input: 'url'.")]);
	});

	it('says how the ID is named where a prefix keeps Get Result from finding it', async () => {
		const items = made(await bench.run('submit', { options: optionsWith('edited_') }));
		const { error } = await bench.run('getResult', { items });
		expect(error?.message).toContain("'Request ID'");
		expect(error?.description).toContain('{{ $json.edited_request_id }}');
	});
});

describe('a result field prefix', () => {
	it('stands before the fields of one edit of all items', async () => {
		const parameters = { combineItems: true };
		const run = { items: [{ json: {} }, { json: {} }], parameters };
		const items = made(await bench.edit({ ...run, options: { resultPrefix: 'x ' } }));
		expect(items[0]?.json).toHaveProperty('x request_id');
		expect(items[0]?.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
	});

	it('leaves the shape of a failed item alone', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const options = { resultPrefix: 'edited_', includeInputFiles: true };
		const parameters = { prompt: 'b [fault: result=422-policy]' };
		const [item] = made(
			await bench.edit({ items: [{ json: { a: 1 } }], parameters, node, options }),
		);
		expect(Object.keys(item ?? {}).sort()).toEqual(['json', 'pairedItem']);
		expect(Object.keys(item?.json ?? {})).toEqual(['error', 'details']);
		expect(item?.json.details).toHaveProperty('request_id', bench.fal.jobs[0]?.id);
	});

	it.each(['={{ "" }}', '={{ null }}', ''])('that is empty is none: %j', async (resultPrefix) => {
		const items = made(await bench.edit({ options: { resultPrefix } }));
		expect(items[0]?.json).toHaveProperty('url');
	});

	it.each(['={{ ({}) }}', '={{ "x".repeat(101) }}', '  ', '={{ [1] }}', '={{ "undefined" }}'])(
		'that is none is refused before any call: %j',
		async (resultPrefix) => {
			const { error } = await bench.edit({ options: { resultPrefix } });
			expect(error?.message).toContain("'Result Field Prefix'");
			expect(bench.fal.records).toEqual([]);
		},
	);
});

describe("the input's files", () => {
	const options = { includeInputFiles: true, binaryPropertyOutput: 'edited' };
	const withFiles = async () => {
		const { file, bytes } = await storeImage();
		const note = { data: Buffer.from('a note').toString('base64'), mimeType: 'text/plain' };
		return { bytes, item: { json: { sku: 1 }, binary: { data: file, note } } };
	};
	const images = fromFields('data');

	it('do not come along where nobody asks for them', async () => {
		const { item } = await withFiles();
		const items = made(await bench.edit({ items: [item], parameters: { images } }));
		expect(Object.keys(items[0]?.binary ?? {})).toEqual(['data']);
	});

	it.each<[string, IDataObject, string[]]>([
		['an item an image', {}, ['data', 'note', 'edited']],
		['one item', { outputMode: 'singleItem' }, ['data', 'note', 'edited_0', 'edited_1']],
		['no files of the result', { downloadImages: false }, ['data', 'note']],
		['no fields of the input', { includeInputFields: false }, ['data', 'note', 'edited']],
	])('stay beside the edited ones: %s', async (_name, more, names) => {
		const { bytes, item } = await withFiles();
		const parameters = { images, numImages: 2 };
		const result = await bench.edit({
			items: [item],
			parameters,
			options: { ...options, ...more },
		});
		for (const { binary } of made(result)) expect(Object.keys(binary ?? {})).toEqual(names);
		const originals = await readOutputs(made(result), 'data');
		expect(originals.map(sha256)).toEqual(originals.map(() => sha256(bytes)));
		expect(replaced(result.hints)).toEqual([]);
	});

	it('give way to an edited file in the same field, which a hint says', async () => {
		const { bytes, item } = await withFiles();
		const run = { items: [item], parameters: { images } };
		const result = await bench.edit({ ...run, options: { includeInputFiles: true } });
		const [file] = await readOutputs(made(result));
		expect(sha256(file!)).not.toBe(sha256(bytes));
		expect(Object.keys(made(result)[0]?.binary ?? {})).toEqual(['data', 'note']);
		expect(replaced(result.hints)).toEqual([
			"The edited file has replaced the input's in the field 'data'. 'Put Output in Field' under Options keeps both.",
		]);
	});

	it('go from Submit Edit to Get Result', async () => {
		const { bytes, item } = await withFiles();
		const run = { parameters: { images }, options: { includeInputFiles: true } };
		const submitted = made(await bench.run('submit', { ...run, items: [item] }));
		await bench.settled();
		const items = made(await bench.run('getResult', { items: submitted, options }));
		expect(Object.keys(items[0]?.binary ?? {})).toEqual(['data', 'note', 'edited']);
		expect((await readOutputs(items, 'data')).map(sha256)).toEqual([sha256(bytes)]);
	});

	it.each<[string, EditRun]>([
		['one edit of all items', { parameters: { images, combineItems: true } }],
		[
			"an agent's tool",
			{ parameters: { images }, node: { type: 'n8n-nodes-nano-banana-pro.nanoBananaProEditTool' } },
		],
	])('do not come along for %s', async (_name, run) => {
		const { item } = await withFiles();
		const items = made(await bench.edit({ ...run, items: [item], options }));
		expect(Object.keys(items[0]?.binary ?? {})).toEqual(['edited']);
	});
});
