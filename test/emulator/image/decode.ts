import sharp from 'sharp';

import type { Size } from './sizes';

export interface InputImage extends Size {
	bytes: Buffer;
	hash: string;
	format: string;
}

const accepted = ['png', 'jpeg', 'webp', 'gif', 'heif'];

/** sharp reads no HEVC, and no AVIF that moves; what begins so is taken for what it says it is. */
const unread = { format: 'heif', width: 1024, height: 768 };
const isUnread = (bytes: Buffer) =>
	/^ftyp(hei[cxms]|hev[cxms]|avis|msf1|mif1....(mif1)*hei[cx])/.test(
		bytes.toString('latin1', 4, 40),
	);

/** What is in the file, upright; nothing when it is no image fal takes. */
export async function inspect(
	bytes: Buffer,
	hash: string,
	decodes: boolean,
): Promise<InputImage | undefined> {
	if (isUnread(bytes)) return { bytes, hash, ...unread };
	try {
		const { format, width, height, orientation = 1 } = await sharp(bytes).metadata();
		if (!format || !accepted.includes(format)) return undefined;
		const image = { bytes, hash, format, width, height };
		// Only the pixels prove that the file is whole.
		if (decodes && !(await isWhole(image))) return undefined;
		return orientation >= 5 ? { ...image, width: height, height: width } : image;
	} catch {
		return undefined;
	}
}

const verdicts = new Map<string, Promise<boolean>>();

/** Reads every pixel, as Pillow does, once for each file: warnings pass, an end before the image's does not. */
function isWhole({ bytes, hash }: Pick<InputImage, 'bytes' | 'hash'>): Promise<boolean> {
	const read = async () =>
		await sharp(bytes, { failOn: 'truncated' })
			.stats()
			.then(
				() => true,
				() => false,
			);
	const verdict = verdicts.get(hash) ?? read();
	verdicts.set(hash, verdict);
	return verdict;
}

/** A real file of a kind that fal does not read, as against a broken one. */
export function isRefusedFormat(bytes: Buffer): boolean {
	const head = bytes.subarray(0, 512).toString('latin1');
	return /^%PDF|^II\*\0|^MM\0\*|^BM|<svg[\s>]/.test(head);
}

const thumbnailSide = 1024;
const grey = sharp({
	create: { width: unread.width, height: unread.height, channels: 3, background: '#888' },
});
const cacheSize = 48;
const thumbnails = new Map<string, Promise<Buffer>>();

/** The input small enough to draw with, decoded once however many requests use it. */
export function thumbnail(image: Pick<InputImage, 'bytes' | 'hash'>): Promise<Buffer> {
	const known = thumbnails.get(image.hash);
	if (known) return known;
	const decoded = isUnread(image.bytes)
		? grey.clone()
		: sharp(image.bytes, { failOn: 'truncated' });
	const made = decoded
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
