import type { IDataObject } from 'n8n-workflow';
import { fromFields, made, PUBLIC_URL, useEditBench, type EditRun } from '../../../support/edit';
import { makeImage, readOutputs, sha256, storeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const replaced = (hints: string[]) => hints.filter((hint) => /\breplaced\b/.test(hint));

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
			"The edited file replaced the input file in the binary field 'data'. To keep both, set 'Put Output in Field' under Options.",
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
