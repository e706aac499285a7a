import sharp from 'sharp';

import type { Size } from './sizes';

export interface InputImage extends Size {
	bytes: Buffer;
	hash: string;
	format: string;
}

const accepted = ['png', 'jpeg', 'webp', 'gif', 'heif'];

/** What is in the file, upright; nothing when it is no image fal takes. */
export async function inspect(
	bytes: Buffer,
	hash: string,
	decodes: boolean,
): Promise<InputImage | undefined> {
	try {
		const { format, width, height, orientation = 1 } = await sharp(bytes).metadata();
		if (!format || !accepted.includes(format)) return undefined;
		const image = { bytes, hash, format, width, height };
		// Only the pixels prove that the file is whole.
		if (decodes) await thumbnail(image);
		return orientation >= 5 ? { ...image, width: height, height: width } : image;
	} catch {
		return undefined;
	}
}

/** A real file of a kind that fal does not read, as against a broken one. */
export function isRefusedFormat(bytes: Buffer): boolean {
	const head = bytes.subarray(0, 512).toString('latin1');
	return /^%PDF|^II\*\0|^MM\0\*|^BM|<svg[\s>]/.test(head);
}

const thumbnailSide = 1024;
const cacheSize = 48;
const thumbnails = new Map<string, Promise<Buffer>>();

/** The input small enough to draw with, decoded once however many requests use it. */
export function thumbnail(image: Pick<InputImage, 'bytes' | 'hash'>): Promise<Buffer> {
	const known = thumbnails.get(image.hash);
	if (known) return known;
	const made = sharp(image.bytes, { failOn: 'error' })
		.rotate()
		.resize({
			width: thumbnailSide,
			height: thumbnailSide,
			fit: 'inside',
			withoutEnlargement: true,
		})
		.png({ compressionLevel: 1 })
		.toBuffer();
	thumbnails.set(image.hash, made);
	for (const [oldest] of thumbnails) if (thumbnails.size > cacheSize) thumbnails.delete(oldest);
	return made;
}
