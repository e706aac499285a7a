import type { IDataObject } from 'n8n-workflow';
import sharp from 'sharp';
import type { EmulatorOptions } from '../../../../emulator';
import { made, PUBLIC_URL, useEditBench, type EditRun } from '../../../../support/edit';
import { makeImage, readOutputs, type ImageFormat } from '../../../../support/images';

const bench = useEditBench();
const answers: Record<string, Buffer> = {};

beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
	for (const format of ['png', 'jpeg', 'webp', 'gif', 'avif'] as const)
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

/** What any file system takes, and no one takes for hidden. */
const PLAIN_NAME = /^[\p{L}\p{N}_-][\p{L}\p{N}._-]*\.png$/u;

describe('name, extension and type follow the bytes', () => {
	it.each<[ImageFormat, string, string]>([
		['png', 'image/png', 'png'],
		['jpeg', 'image/jpeg', 'jpg'],
		['webp', 'image/webp', 'webp'],
		['gif', 'image/gif', 'gif'],
		['avif', 'image/avif', 'avif'],
	])('a %s that fal calls PNG', async (format, mimeType, extension) => {
		const [item] = await edit({}, () => answers[format]!);
		const file = { mimeType, fileExtension: extension };
		expect(item?.binary?.data).toMatchObject(file);
		expect(item?.json).toMatchObject({
			content_type: mimeType,
			file_size: answers[format]?.length,
		});
		expect(item?.json.file_name).toMatch(new RegExp(`^[\\w-]+\\.${extension}$`));
		expect(item?.binary?.data?.fileName).toBe(item?.json.file_name);
	});

	it.each([
		'result=lying-type',
		'download=wrong-content-type',
		'download=no-content-type',
		'result=null-sizes',
		'result=no-names',
		'result=odd-names',
		'download=redirect',
	])('with the fault %s', async (fault) => {
		const parameters = { prompt: `blue [fault: ${fault}]`, outputFormat: 'webp' };
		const [item] = await edit({ parameters }, 'tiny');
		const [bytes] = await readOutputs([item!]);
		const { format, width, height } = await sharp(bytes).metadata();
		expect(item?.json).toMatchObject({
			content_type: `image/${format}`,
			file_size: bytes?.length,
			width,
			height,
		});
		const extension = format === 'jpeg' ? 'jpg' : format;
		const name = String(item?.json.file_name);
		expect(name).toMatch(new RegExp(`^[\\w-][\\w.-]*\\.${extension}$`));
		expect(name).not.toContain('..');
		expect(item?.binary?.data).toMatchObject({ fileName: name, mimeType: `image/${format}` });
		expect(item?.binary?.data).not.toHaveProperty('directory');
	});

	it.each<[string, IDataObject, RegExp]>([
		['a path', { file_name: '../../etc/passwd.png' }, /^passwd\.png$/],
		['a path of Windows', { file_name: 'C:\\images\\a.jpg' }, /^a\.png$/],
		['letters of other languages', { file_name: 'Füße 猫🙂.png' }, /^Füße_猫_\.png$/u],
		['a query', { file_name: 'photo.png?width=10' }, /^photo[\w.]*\.png$/],
		['nothing but dots', { file_name: '..' }, PLAIN_NAME],
		['nothing but an extension', { file_name: '.png' }, PLAIN_NAME],
		['several lines', { file_name: 'a\nb\r\nc.png' }, PLAIN_NAME],
		['longer than a file system takes', { file_name: `${'x'.repeat(300)}.png` }, /^x{1,200}\.png$/],
		['no text', { file_name: 42 }, PLAIN_NAME],
		['an empty text', { file_name: '' }, PLAIN_NAME],
		[
			'not there, and the address has a query',
			{ file_name: null, query: '?a=b.gif#c' },
			PLAIN_NAME,
		],
	])("fal's file name is %s", async (_name, { query = '', ...changes }, wanted) => {
		const [{ json: image } = { json: {} as IDataObject }] = await edit({});
		const url = `${String(image.url)}${String(query)}`;
		answerWith({ images: [{ ...image, ...changes, url }], description: 'A mug' });
		const [item] = await edit({});
		expect(item?.json.file_name).toMatch(wanted);
		expect(item?.binary?.data?.fileName).toBe(item?.json.file_name);
		expect(item?.json).toMatchObject({ description: 'A mug', url, content_type: 'image/png' });
	});
});

/** fal gives this as the next result. */
function answerWith(body: IDataObject): void {
	bench.fal.faults.add({ stage: 'result', kind: 'status', times: 1, status: 200, body });
}
