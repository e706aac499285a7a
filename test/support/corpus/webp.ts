import sharp, { type Sharp, type WebpOptions } from 'sharp';
import { type Sample, samplesOf, type Variant } from './sample';

const webp =
	(options: WebpOptions = {}) =>
	async (image: Sharp) =>
		await image.webp({ effort: 0, ...options }).toBuffer();

/** Several frames, as a sticker has them. */
export async function frames(image: Sharp, count: number): Promise<Sharp> {
	const first = await image.clone().png().toBuffer();
	const { width, height } = await sharp(first).metadata();
	const others = Array.from(
		{ length: count - 1 },
		async (_, seed) =>
			await sharp({
				create: { width, height, channels: 3, background: { r: seed * 40, g: 90, b: 9 } },
			})
				.png()
				.toBuffer(),
	);
	return sharp([first, ...(await Promise.all(others))], { join: { animated: true } });
}

const VARIANTS: Variant[] = [
	['a plain WebP', webp()],
	['a small WebP', webp({ quality: 10 })],
	['a WebP without loss', webp({ lossless: true })],
	['a WebP nearly without loss', webp({ nearLossless: true })],
	['a transparent WebP', async (image) => await webp()(image.ensureAlpha(0.4))],
	[
		'a transparent WebP without loss',
		async (image) => await webp({ lossless: true })(image.ensureAlpha(0.4)),
	],
	['a WebP with a colour profile', async (image) => await webp()(image.withIccProfile('p3'))],
	[
		'a WebP with the data of a camera',
		async (image) => await webp()(image.withMetadata({ orientation: 8 })),
	],
	['a WebP that moves', async (image) => await webp()(await frames(image, 3))],
];

export const webpSamples = async (): Promise<Sample[]> => await samplesOf('image/webp', VARIANTS);
