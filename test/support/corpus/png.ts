import type { PngOptions, Sharp } from 'sharp';
import { crc32 } from 'node:zlib';
import { noise, type Sample, samplesOf, u32, type Variant } from './sample';

const png =
	(options: PngOptions = {}) =>
	async (image: Sharp) =>
		await image.png(options).toBuffer();

function chunk(type: string, data: Buffer): Buffer {
	const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	return Buffer.concat([u32(data.length), named, u32(crc32(named))]);
}

const AFTER_HEADER = 33;

const withChunk = (type: string, data: Buffer) => async (image: Sharp) => {
	const bytes = await png()(image);
	const [front, rest] = [bytes.subarray(0, AFTER_HEADER), bytes.subarray(AFTER_HEADER)];
	return Buffer.concat([front, chunk(type, data), rest]);
};

/** The image's data in pieces of a few bytes, as some web servers write it. */
async function inPieces(image: Sharp): Promise<Buffer> {
	const bytes = await png()(image);
	const parts = [bytes.subarray(0, 8)];
	for (let at = 8; at < bytes.length; ) {
		const length = bytes.readUInt32BE(at);
		const data = bytes.subarray(at + 8, at + 8 + length);
		const type = bytes.toString('latin1', at + 4, at + 8);
		if (type !== 'IDAT') parts.push(chunk(type, data));
		else
			for (let from = 0; from < length; from += 97)
				parts.push(chunk('IDAT', data.subarray(from, from + 97)));
		at += 12 + length;
	}
	return Buffer.concat(parts);
}

const VARIANTS: Variant[] = [
	['a plain PNG', png()],
	['a PNG as it is drawn', png({ compressionLevel: 0 })],
	['an interlaced PNG', png({ progressive: true })],
	['a PNG with a palette', png({ palette: true, colours: 8 })],
	['a grey PNG', async (image) => await png()(image.grayscale())],
	['a PNG of 16 bits', async (image) => await png()(image.toColourspace('rgb16'))],
	['a transparent PNG', async (image) => await png()(image.ensureAlpha(0.4))],
	['a PNG with a colour profile', async (image) => await png()(image.withIccProfile('p3'))],
	[
		'a PNG with the data of a camera',
		async (image) => await png()(image.withMetadata({ orientation: 3 })),
	],
	[
		'a PNG with a note that looks like its end',
		withChunk('tEXt', Buffer.from('Comment\0\0\0\0\0IEND\xae\x42\x60\x82', 'latin1')),
	],
	['a PNG with the layers of an editor', withChunk('prVW', noise(200_000, 3))],
	['a PNG in small pieces', inPieces],
];

export const pngSamples = async (): Promise<Sample[]> => await samplesOf('image/png', VARIANTS);
