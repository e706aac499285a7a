import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { failure, fromFields, made, useEditBench } from '../../../../support/edit';
import { storeFile, useBinaryStore, type BinaryMode } from '../../../../support/engine';
import { noise } from '../../../../support/corpus/sample';
import { makeImage, sha256 } from '../../../../support/images';

const bench = useEditBench();
const STORES: BinaryMode[] = ['default', 'filesystem'];
const PDF = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj');

const orders = () => bench.calls('submit').length;

const edit = async (
	binary: Record<string, unknown>,
	images: IDataObject = fromFields('*'),
	more = {},
) =>
	await bench.edit({
		items: [{ json: {}, binary: binary as Record<string, IBinaryData> }],
		parameters: { images, ...more },
	});

/** A file without the fields that are named, or with others in their place. */
const changed = (file: IBinaryData, fields: IDataObject): unknown =>
	Object.fromEntries(
		Object.entries({ ...file, ...fields }).filter(([, value]) => value !== undefined),
	);

describe.each(STORES)('the bytes tell what a file is, in the store "%s"', (store) => {
	beforeAll(async () => await useBinaryStore(store));

	it.each([
		['application/octet-stream', 'download'],
		['text/plain', 'download'],
		['binary/octet-stream', '1a2b3c'],
		['application/pdf', 'photo.pdf'],
		['image/tiff', 'photo.tif'],
	])('* takes a JPEG labelled %s', async (mimeType, fileName) => {
		const bytes = await makeImage('jpeg');
		made(await edit({ data: await storeFile(bytes, fileName, mimeType) }));
		expect(bench.received()).toEqual([sha256(bytes)]);
		expect(bench.fal.uploads[0]).toMatchObject({ contentType: 'image/jpeg' });
		expect(orders()).toBe(1);
	});

	it('* takes a JPEG without a label', async () => {
		const bytes = await makeImage('jpeg');
		const file = await storeFile(bytes, 'download', 'image/jpeg');
		made(await edit({ data: changed(file, { mimeType: undefined, fileType: undefined }) }));
		expect(bench.received()).toEqual([sha256(bytes)]);
		expect(orders()).toBe(1);
	});

	it('* passes over a PDF that is labelled a PNG', async () => {
		const bytes = await makeImage('png');
		const [offer, photo] = [
			await storeFile(PDF, 'offer.png', 'image/png'),
			await storeFile(bytes, 'photo', 'application/octet-stream'),
		];
		made(await edit({ offer, photo }));
		expect(bench.received()).toEqual([sha256(bytes)]);
		expect(orders()).toBe(1);
	});

	it('* passes over it in one edit of all items, too', async () => {
		const bytes = await makeImage('png');
		const items: INodeExecutionData[] = [
			{ json: {}, binary: { a: await storeFile(PDF, 'offer.png', 'image/png') } },
			{ json: {}, binary: { b: await storeFile(bytes, 'photo', 'text/plain') } },
		];
		const parameters = { images: fromFields('*'), combineItems: true };
		made(await bench.edit({ items, parameters }));
		expect(bench.received()).toEqual([sha256(bytes)]);
		expect(orders()).toBe(1);
	});

	it('* says what it has passed over where nothing is left', async () => {
		const error = failure(await edit({ offer: await storeFile(PDF, 'offer.png', 'image/png') }));
		expect(error.message).toContain('no image to edit');
		expect(error.description).toMatch(/'offer' \(image\/png\)/);
		expect(bench.fal.records).toEqual([]);
	});

	it('* refuses an image that ends before its size is known, and names it', async () => {
		const bytes = (await makeImage('jpeg')).subarray(0, 40);
		const photo = await storeFile(bytes, 'photo.jpg', 'image/jpeg');
		const error = failure(await edit({ photo }));
		expect(error.message).toMatch(/'photo' is incomplete.*entry 1 of 'Images'/);
		expect(bench.fal.records).toEqual([]);
	});

	it('takes a JPEG with 7 MB before its frame header', async () => {
		const bytes = await makeImage('jpeg');
		const segment = Buffer.concat([Buffer.from([0xff, 0xed, 0xea, 0x62]), noise(60_000, 1)]);
		const segments = Array<Buffer>(120).fill(segment);
		const late = Buffer.concat([bytes.subarray(0, 2), ...segments, bytes.subarray(2)]);
		made(await edit({ data: await storeFile(late, 'layers.jpg', 'image/jpeg') }));
		expect(bench.received()).toEqual([sha256(late)]);
		expect(orders()).toBe(1);
	});

	it.each([
		['mif1', 'avif'],
		['avis', 'avif'],
		['heix', 'mif1'],
		['hevc', 'msf1'],
		['msf1', 'hevc'],
	])('takes a file of brand %s that is compatible with %s', async (major, compatible) => {
		const bytes = await makeImage('avif');
		bytes.write(major, 8, 'latin1');
		for (let at = 16; at < bytes.readUInt32BE(0); at += 4) bytes.write(compatible, at, 'latin1');
		made(await edit({ data: await storeFile(bytes, 'photo.heic', 'image/heic') }));
		expect(bench.received()).toEqual([sha256(bytes)]);
		expect(orders()).toBe(1);
	});

	it('refuses a GIF that is cut where its data looks like its end', async () => {
		const whole = await makeImage('gif', 3, 120, 90);
		const at = whole.indexOf(Buffer.from([0x00, 0x3b]), 900);
		const half = whole.subarray(
			0,
			at > 0 && at < whole.length - 2 ? at + 2 : Math.floor(whole.length * 0.6),
		);
		const error = failure(await edit({ data: await storeFile(half, 'a.gif', 'image/gif') }));
		expect(error.message).toMatch(/incomplete/);
		expect(bench.fal.records).toEqual([]);
	});

	it('takes a JPEG without an end marker and zeros behind it, and not half of one', async () => {
		const bytes = await makeImage('jpeg', 5, 200, 150);
		const zeros = Buffer.alloc(4_000);
		const good = Buffer.concat([bytes.subarray(0, -2), zeros]);
		made(await edit({ data: await storeFile(good, 'a.jpg', 'image/jpeg') }));
		expect(bench.received()).toEqual([sha256(good)]);
		const half = Buffer.concat([bytes.subarray(0, bytes.length / 2), zeros]);
		const error = failure(await edit({ data: await storeFile(half, 'a.jpg', 'image/jpeg') }));
		expect(error.message).toMatch(/incomplete/);
		expect(orders()).toBe(1);
	});
});

describe.each(STORES)(
	'n8n\'s description of a file may say anything, in the store "%s"',
	(store) => {
		beforeAll(async () => await useBinaryStore(store));

		it.each<[string, IDataObject]>([
			['no type', { mimeType: undefined }],
			[
				'nothing but what it holds',
				{ mimeType: undefined, fileName: undefined, fileType: undefined },
			],
			['a number for a name, as a SKU is', { fileName: 20210903 }],
			['nothing for a name', { fileName: null }],
			['an object for a name', { fileName: { a: 1 } }],
			['a number for a type', { mimeType: 7 }],
			['a list for a type', { mimeType: ['image/png'] }],
			['a text for its size', { bytes: '70 B', fileSize: 70 }],
			['a size that is not so', { bytes: 3 }],
			['a number for an ending', { fileExtension: 5, fileType: 5, directory: 5 }],
		])('%s', async (_name, fields) => {
			const bytes = await makeImage('png');
			const file = changed(await storeFile(bytes, 'photo.png', 'image/png'), fields);
			for (const name of ['*', 'photo', '={{ $input.item.binary.photo }}']) {
				made(await edit({ photo: file }, fromFields(name)));
			}
			expect([0, 1, 2].flatMap((job) => bench.received(job))).toEqual(Array(3).fill(sha256(bytes)));
			expect(orders()).toBe(3);
		});

		it('a file of a Code node: base64 and a name', async () => {
			const bytes = await makeImage('png');
			const data = bytes.toString('base64');
			made(await edit({ photo: { data, fileName: 'photo.png' } }));
			made(await edit({ photo: { data: `data:image/png;base64,${data}` } }));
			expect([0, 1].flatMap((job) => bench.received(job))).toEqual(Array(2).fill(sha256(bytes)));
			expect(orders()).toBe(2);
		});
	},
);

it.each<[string, unknown]>([
	['what is no file', { note: 'text', list: [1], none: null, number: 7 }],
	['an object without content', { photo: { mimeType: 'image/png', fileName: 'a.png' } }],
])('%s among the files is none', async (_name, binary) => {
	const error = failure(await edit(binary as Record<string, unknown>));
	expect(error.message).toContain('no image to edit');
	expect(bench.fal.records).toEqual([]);
});

it('a field _files of the user is not where n8n keeps files', async () => {
	const bytes = await makeImage('png');
	const file = { data: bytes.toString('base64'), mimeType: 'image/png' };
	const items: INodeExecutionData[] = [{ json: { _files: { a: file } } }];
	const error = failure(await bench.edit({ items, parameters: { images: fromFields('*') } }));
	expect(error.message).toContain('no image to edit');
	expect(bench.fal.records).toEqual([]);
});
