import type { IDataObject } from 'n8n-workflow';
import sharp from 'sharp';
import type { EmulatorOptions } from '../../../../emulator';
import { made, PUBLIC_URL, useEditBench, type EditRun } from '../../../../support/edit';
import { readStored } from '../../../../support/engine';
import { makeImage, readOutputs, sha256 } from '../../../../support/images';

const bench = useEditBench();
const answers: Record<string, Buffer> = {};

beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
	for (const format of ['png', 'jpeg', 'webp'] as const)
		answers[format] = await makeImage(format, 30, 90, 60);
});

/** fal makes real images of 90 × 60 unless told otherwise. */
async function edit(
	run: EditRun,
	image: EmulatorOptions['image'] = ({ format }) => answers[format]!,
) {
	bench.fal.settings.image = image;
	return made(await bench.edit({ items: [{ json: { name: 'mug' } }], ...run }));
}

const requestId = () => bench.fal.jobs[0]?.id;

it("gives an item for each image, with fal's own field names and the file", async () => {
	const [item, ...others] = await edit({});
	expect(others).toEqual([]);
	expect(item?.json).toEqual({
		name: 'mug',
		request_id: requestId(),
		description: '',
		seed: expect.any(Number) as number,
		index: 0,
		url: expect.stringMatching(/^http.*\.png$/) as string,
		content_type: 'image/png',
		file_name: expect.stringMatching(/\.png$/) as string,
		file_size: answers.png?.length,
		width: 90,
		height: 60,
	});
	expect(Object.keys(item?.binary ?? {})).toEqual(['data']);
	expect(item?.pairedItem).toEqual({ item: 0 });
});

it('gives one item with all images when Output Mode says so', async () => {
	const run = {
		parameters: { numImages: 3, outputFormat: 'webp' },
		options: { outputMode: 'singleItem' },
	};
	const [item, ...others] = await edit(run);
	expect(others).toEqual([]);
	const image = {
		url: expect.any(String) as string,
		content_type: 'image/webp',
		file_name: expect.stringMatching(/\.webp$/) as string,
		file_size: answers.webp?.length,
		width: 90,
		height: 60,
	};
	expect(item?.json).toEqual({
		name: 'mug',
		request_id: requestId(),
		description: '',
		images: [image, image, image],
	});
	expect(Object.keys(item?.binary ?? {})).toEqual(['data_0', 'data_1', 'data_2']);
	expect(item?.pairedItem).toEqual({ item: 0 });
});

it.each([
	['perImage', ['result']],
	['singleItem', ['result_0']],
])('puts the files into the field that is asked for: %s', async (outputMode, fields) => {
	const [item] = await edit({ options: { outputMode, binaryPropertyOutput: 'result' } });
	expect(Object.keys(item?.binary ?? {})).toEqual(fields);
	expect(sha256(await readStored(item?.binary?.[fields[0]!]))).toBe(sha256(answers.png!));
});

it.each(['perImage', 'singleItem'])(
	'leaves the files at fal without Download Images: %s',
	async (outputMode) => {
		const [item] = await edit({ options: { outputMode, downloadImages: false } });
		expect(item?.binary).toBeUndefined();
		const image =
			(outputMode === 'perImage' ? item?.json : (item?.json.images as IDataObject[])[0]) ?? {};
		expect(image).toMatchObject({ content_type: 'image/png' });
		// fal gives no sizes, and without the file nobody knows them.
		expect(Object.keys(image)).not.toContain('width');
		expect(String(image.url)).toMatch(/^http/);
		expect(bench.calls('download')).toEqual([]);
	},
);

it.each(['perImage', 'singleItem'])("adds fal's logs when asked: %s", async (outputMode) => {
	const [item] = await edit({ options: { outputMode, includeLogs: true } });
	const texts = (item?.json.logs as IDataObject[]).map(({ message }) => message);
	expect(texts).toContain('Request completed');
	const [without] = await edit({ options: { outputMode } });
	expect(without?.json).not.toHaveProperty('logs');
});

it.each([
	['perImage', true],
	['singleItem', true],
	['perImage', false],
] as const)(
	'an image inside the answer becomes a file, and stands nowhere in JSON: %s, download %s',
	async (outputMode, downloadImages) => {
		const options = { syncMode: true, outputMode, downloadImages };
		const items = await edit({ options, parameters: { numImages: 2 } });
		const files = items.flatMap(({ binary }) => Object.values(binary ?? {}));
		expect(files.map(({ mimeType }) => mimeType)).toEqual(['image/png', 'image/png']);
		for (const file of files) expect(sha256(await readStored(file))).toBe(sha256(answers.png!));
		const json = JSON.stringify(items.map((item) => item.json));
		expect(json).not.toContain('data:');
		expect(json).not.toContain('"url"');
		expect(json).toContain('"width":90');
	},
);

/** fal gives this as the next result. */
function answerWith(body: IDataObject): void {
	bench.fal.faults.add({ stage: 'result', kind: 'status', times: 1, status: 200, body });
}

it.each([null, 42, undefined, ['a']])(
	'takes a result whose description is %j',
	async (description) => {
		const [{ json: image } = { json: {} }] = await edit({});
		answerWith({ images: [image], description } as IDataObject);
		const [item] = await edit({});
		expect(item?.json.description ?? '').toBe('');
		expect(Object.keys(item?.binary ?? {})).toEqual(['data']);
	},
);

it('gives as many items as fal made images, also when it made fewer than ordered', async () => {
	const parameters = { numImages: 3, prompt: 'blue [fault: result=fewer-images]' };
	expect(await edit({ parameters })).toHaveLength(1);
});

it.each([
	['1K', '1:1', 'png', 1024, 1024],
	['2K', '16:9', 'jpeg', 2752, 1536],
	['1K', '9:16', 'webp', 768, 1376],
])('gives real images: %s %s %s', async (resolution, aspectRatio, outputFormat, width, height) => {
	const items = await edit({ parameters: { resolution, aspectRatio, outputFormat } }, 'edit');
	const [bytes] = await readOutputs(items);
	expect(await sharp(bytes).metadata()).toMatchObject({ format: outputFormat, width, height });
	// Every pixel can be read.
	await sharp(bytes, { failOn: 'error' }).stats();
	expect(items[0]?.json).toMatchObject({ width, height, content_type: `image/${outputFormat}` });
});
