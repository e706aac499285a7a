import type { GifOptions, Sharp } from 'sharp';
import { type Sample, samplesOf, type Variant } from './sample';
import { frames } from './webp';

const gif =
	(options: GifOptions = {}) =>
	async (image: Sharp) =>
		await image.gif({ effort: 1, ...options }).toBuffer();

/** Where the blocks begin: behind the header and the table of colours for all. */
const afterColours = (bytes: Buffer) =>
	13 + (bytes[10]! & 0x80 ? 3 * 2 ** ((bytes[10]! & 7) + 1) : 0);

const withBlock = (block: Buffer) => async (image: Sharp) => {
	const bytes = await gif()(image);
	const at = afterColours(bytes);
	return Buffer.concat([bytes.subarray(0, at), block, bytes.subarray(at)]);
};

/** A comment with what ends a GIF in it. */
const NOTE = Buffer.concat([
	Buffer.from([0x21, 0xfe, 12]),
	Buffer.from([0x00, 0x3b, 0x00, 0x3b, 0x2c, 0x21, 0x00, 0x3b, 1, 2, 0x00, 0x3b]),
	Buffer.from([0]),
]);

const VARIANTS: Variant[] = [
	['a plain GIF', gif()],
	['a GIF of few colours', gif({ colours: 4 })],
	['an interlaced GIF', gif({ progressive: true })],
	['a GIF without dithering', gif({ dither: 0 })],
	['a transparent GIF', async (image) => await gif()(image.ensureAlpha(0.1))],
	['a GIF that moves', async (image) => await gif({ loop: 0 })(await frames(image, 3))],
	['a GIF with a note that looks like its end', withBlock(NOTE)],
];

export const gifSamples = async (): Promise<Sample[]> => await samplesOf('image/gif', VARIANTS);
