import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import { readStored, storeFile } from './engine';

export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'avif';

/** Noise from a seed: no two seeds give the same bytes, and nothing compresses to next to nothing. */
function noise(size: number, seed: number): Buffer {
	const bytes = Buffer.alloc(size);
	let state = seed * 2_654_435_761 + 1;
	for (let at = 0; at < size; at++) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		bytes[at] = state >>> 24;
	}
	return bytes;
}

/** A real image that differs from that of any other seed. */
export async function makeImage(
	format: ImageFormat = 'png',
	seed = 1,
	width = 48,
	height = 32,
): Promise<Buffer> {
	const raw = { width, height, channels: 3 as const };
	return await sharp(noise(width * height * 3, seed), { raw })
		.toFormat(format)
		.toBuffer();
}

/** As a phone writes it: turned by EXIF, with a preview, itself a whole JPEG, before the image. */
export async function makePhoneImage(): Promise<Buffer> {
	const preview = await makeImage('jpeg', 9, 16, 16);
	const head = Buffer.from('Exif\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0', 'latin1');
	const body = Buffer.concat([head, preview]);
	const marker = Buffer.from([0xff, 0xe1, 0, 0]);
	marker.writeUInt16BE(body.length + 2, 2);
	const image = await makeImage('jpeg', 10);
	return Buffer.concat([image.subarray(0, 2), marker, body, image.subarray(2)]);
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export const dataUri = (bytes: Buffer, mimeType = 'image/png'): string =>
	`data:${mimeType};base64,${bytes.toString('base64')}`;

/** A file in n8n's store, and the bytes behind it. */
export interface StoredImage {
	bytes: Buffer;
	file: IBinaryData;
}

export async function storeImage(
	fileName = 'photo.png',
	seed = 1,
	format: ImageFormat = 'png',
): Promise<StoredImage> {
	const bytes = await makeImage(format, seed);
	return { bytes, file: await storeFile(bytes, fileName, `image/${format}`) };
}

/** The bytes of the file that each item has under a name. */
export const readOutputs = async (items: INodeExecutionData[], name = 'data'): Promise<Buffer[]> =>
	await Promise.all(items.map(async ({ binary }) => await readStored(binary?.[name])));
