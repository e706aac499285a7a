import sharp from 'sharp';
import { failure, fromFields, made, useEditBench } from '../../../../support/edit';
import { storeFile } from '../../../../support/engine';
import { makeImage, sha256 } from '../../../../support/images';
import { draw } from '../../../../support/corpus/sample';

/** Images without the bytes that only say that they are over: Pillow and browsers open them. */
const bench = useEditBench();
const orders = () => bench.calls('submit').length;
const edit = async (bytes: Buffer) =>
	await bench.edit({
		items: [{ json: {}, binary: { data: await storeFile(bytes, 'a', 'image/x') } }],
		parameters: { images: fromFields('data') },
	});

const large = () => draw({ width: 251, height: 183, kind: 'photo' });
const moving = async () => {
	const frames = Buffer.concat([
		await large().raw().toBuffer(),
		await large().negate().raw().toBuffer(),
	]);
	const raw = { width: 251, height: 366, channels: 3 as const, pageHeight: 183 };
	return await sharp(frames, { raw }).gif({ delay: 100 }).toBuffer();
};

it.each<[string, () => Promise<Buffer>, number]>([
	['a GIF without its last byte', async () => await makeImage('gif'), 1],
	['a large GIF without its last byte', async () => await large().gif().toBuffer(), 1],
	[
		'an interlaced GIF without it',
		async () => await large().gif({ progressive: true }).toBuffer(),
		1,
	],
	['a GIF that moves without it', moving, 1],
	['a PNG without its last byte', async () => await makeImage('png'), 1],
	['a PNG without the checksum of its end', async () => await makeImage('png'), 4],
	['a PNG without the name of its end', async () => await makeImage('png'), 6],
	['a PNG without its end', async () => await makeImage('png'), 12],
	['a PNG in many chunks without its end', async () => await large().png().toBuffer(), 12],
])('%s is taken', async (_name, make, missing) => {
	const bytes = (await make()).subarray(0, -missing);
	made(await edit(bytes));
	expect(bench.received()).toEqual([sha256(bytes)]);
	expect(orders()).toBe(1);
});

it.each<[string, (whole: Buffer) => Buffer, 'gif' | 'png' | 'jpeg' | 'webp']>([
	// Nothing tells whether the data goes on, where the end of its last block is missing.
	['a GIF without its last two bytes', (whole) => whole.subarray(0, -2), 'gif'],
	['a GIF without its last bytes', (whole) => whole.subarray(0, -20), 'gif'],
	[
		'half a GIF and zeros',
		(whole) => Buffer.concat([whole.subarray(0, -20), Buffer.alloc(90)]),
		'gif',
	],
	['a GIF before its image', (whole) => whole.subarray(0, 13 + 768), 'gif'],
	['a PNG without its last data', (whole) => whole.subarray(0, -17), 'png'],
	['a JPEG without its last bytes', (whole) => whole.subarray(0, -2), 'jpeg'],
	['a WebP without its last byte', (whole) => whole.subarray(0, -1), 'webp'],
])('%s is refused before any call', async (_name, cut, format) => {
	failure(await edit(cut(await large()[format]().toBuffer())));
	expect(bench.fal.records).toEqual([]);
});

it('a PNG that ends between two chunks of its data is refused', async () => {
	const bytes = await large().png().toBuffer();
	const second = bytes.indexOf('IDAT', bytes.indexOf('IDAT') + 4);
	expect(second).toBeGreaterThan(0);
	failure(await edit(bytes.subarray(0, second - 4)));
	expect(bench.fal.records).toEqual([]);
});
