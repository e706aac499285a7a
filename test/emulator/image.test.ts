import sharp from 'sharp';

import { startEmulator, type Emulator } from './index';
import { Caller, firstImage, testImage } from './testCaller';

let emulator: Emulator;
let fal: Caller;

beforeAll(async () => {
	emulator = await startEmulator({ latency: 5 });
	fal = new Caller(emulator);
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const fetchBytes = async (url: unknown) =>
	Buffer.from(await (await fetch(String(url))).arrayBuffer());

async function edited(input: Record<string, unknown>) {
	const image_urls = input.image_urls ?? [await fal.upload(await testImage())];
	const image = firstImage(
		await fal.edit({ prompt: 'make <it> blue & "round"', image_urls, ...input }),
	);
	const bytes = await fetchBytes(image.url);
	return { image, bytes, found: await sharp(bytes).metadata() };
}

it.each([
	['1:1', '1K', 'png', 1024, 1024],
	['16:9', '1K', 'jpeg', 1376, 768],
	['9:16', '1K', 'webp', 768, 1376],
	['21:9', '2K', 'jpeg', 3168, 1344],
	['4:5', '4K', 'jpeg', 3712, 4608],
	['auto', '1K', 'png', 1264, 848],
])('draws %s at %s as %s', async (aspect_ratio, resolution, output_format, width, height) => {
	const { image, found } = await edited({ aspect_ratio, resolution, output_format });
	expect(found).toMatchObject({ width, height, format: output_format });
	expect(image).toMatchObject({
		content_type: `image/${output_format}`,
		// As on live fal, which leaves them open.
		...{ width: null, height: null, file_size: null },
	});
	expect(image.url).toMatch(/\/files\/b\/[0-9a-f]{8}\/[\w-]+\.(png|jpeg|webp)$/);
});

it('shows the inputs, upright', async () => {
	const { width, height } = { width: 60, height: 90 };
	const lying = await sharp(await testImage(height, width))
		.withMetadata({ orientation: 6 })
		.jpeg()
		.toBuffer();
	const url = await fal.upload(lying, 'a.jpg', 'image/jpeg');
	const { bytes, found } = await edited({ image_urls: [url] });
	expect(found).toMatchObject({ width: 848, height: 1264 });
	const { data } = await sharp(bytes)
		.extract({ left: 420, top: 480, width: 1, height: 1 })
		.raw()
		.toBuffer({ resolveWithObject: true });
	expect([...data.subarray(0, 3)].map((value) => Math.round(value / 17))).toEqual([3, 8, 12]);
});

it('makes as many different images as were asked for', async () => {
	const image_urls = [await fal.upload(await testImage())];
	const { body } = await fal.edit({ prompt: 'four of them', image_urls, num_images: 4 });
	const images = body.images as Array<{ url: string }>;
	const files = await Promise.all(
		images.map(async ({ url }) => (await fetchBytes(url)).toString('base64')),
	);
	expect(new Set(files).size).toBe(4);
	expect(emulator.jobs[0]?.images).toBe(4);
});

it('answers sync_mode with the file itself', async () => {
	const image_urls = [await fal.upload(await testImage())];
	const image = firstImage(await fal.edit({ prompt: 'inline', image_urls, sync_mode: true }));
	expect(image.url).toMatch(/^data:image\/png;base64,/);
	expect(image.file_size).toBeNull();
});

it.each(['png', 'jpeg', 'webp'])('pads a %s to a size, still an image', async (output_format) => {
	Object.assign(emulator.settings, { image: 'tiny', outputBytes: 300_000 });
	const { bytes } = await edited({ output_format });
	Object.assign(emulator.settings, { image: 'edit', outputBytes: undefined });
	expect(Math.abs(bytes.length - 300_000)).toBeLessThan(8);
	expect((await sharp(bytes).stats()).channels).toHaveLength(3);
});
