import type { IDataObject } from 'n8n-workflow';
import { made, PUBLIC_URL, useEditBench } from '../../../support/edit';
import { readStored } from '../../../support/engine';
import { makeImage, readOutputs, sha256 } from '../../../support/images';

const bench = useEditBench();
const images: Buffer[] = [];
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
	for (const seed of [21, 22]) images.push(await makeImage('png', seed, 90, 60));
});
beforeEach(() => {
	bench.fal.settings.image = ({ index }) => images[index]!;
});

/** Submits one edit of two images, then gets its result. */
async function getResult(options: IDataObject = {}, submitOptions: IDataObject = {}) {
	const items = made(
		await bench.run('submit', {
			items: [{ json: { name: 'mug' } }],
			parameters: { numImages: 2 },
			options: submitOptions,
		}),
	);
	return made(await bench.run('getResult', { items, options }));
}

const fileOf = (index: number) => ({
	url: expect.stringMatching(/^http.*\.png$/) as string,
	content_type: 'image/png',
	file_name: expect.stringMatching(/\.png$/) as string,
	file_size: images[index]?.length,
	width: 90,
	height: 60,
});
const common = () => ({ name: 'mug', request_id: bench.fal.jobs[0]?.id, description: '' });

it('an item for each image, with the file and no queue fields', async () => {
	const items = await getResult();
	expect(items.map(({ json }) => json)).toEqual(
		[0, 1].map((index) => ({ ...common(), index, ...fileOf(index) })),
	);
	expect((await readOutputs(items)).map(sha256)).toEqual(images.map(sha256));
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
});

it('Output Mode singleItem: one item with all images', async () => {
	const [item, ...others] = await getResult({ outputMode: 'singleItem' });
	expect(others).toEqual([]);
	expect(item?.json).toEqual({ ...common(), images: [fileOf(0), fileOf(1)] });
	expect(Object.keys(item?.binary ?? {})).toEqual(['data_0', 'data_1']);
});

it.each([
	['perImage', ['edited', 'edited']],
	['singleItem', ['edited_0', 'edited_1']],
])('Put Output in Field with %s', async (outputMode, fields) => {
	const items = await getResult({ outputMode, binaryPropertyOutput: 'edited' });
	expect(items.flatMap(({ binary }) => Object.keys(binary ?? {}))).toEqual(fields);
});

it.each(['perImage', 'singleItem'])(
	'without Download Images, addresses only: %s',
	async (outputMode) => {
		const items = await getResult({ outputMode, downloadImages: false });
		for (const { binary } of items) expect(binary).toBeUndefined();
		expect(JSON.stringify(items).match(/"url":"http/g)).toHaveLength(2);
		expect(bench.calls('download')).toEqual([]);
	},
);

it('without Include Input Fields, only what fal says', async () => {
	const [item] = await getResult({ includeInputFields: false });
	const { name, ...others } = common();
	expect(name).toBe('mug');
	expect(item?.json).toEqual({ ...others, index: 0, ...fileOf(0) });
});

it("with Include Logs, fal's logs", async () => {
	const [item] = await getResult({ includeLogs: true });
	const texts = (item?.json.logs as IDataObject[]).map(({ message }) => message);
	expect(texts).toEqual(['Request queued', 'Runner started', 'Request completed']);
});

it.each([true, false])(
	'images inside the answer of Sync Mode become files, and stand nowhere in JSON: download %s',
	async (downloadImages) => {
		const items = await getResult({ downloadImages }, { syncMode: true });
		const files = await Promise.all(
			items.map(async ({ binary }) => await readStored(binary?.data)),
		);
		expect(files.map(sha256)).toEqual(images.map(sha256));
		const json = JSON.stringify(items.map((item) => item.json));
		expect(json).not.toMatch(/data:|"url"/);
	},
);
