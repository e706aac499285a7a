import { imageSize } from 'image-size';

/** What the bytes of a picture say of it, whatever its name or label claims. */
export interface PictureFacts {
	mimeType: string;
	/** without the dot */
	extension: string;
	/** pixels, before any EXIF rotation */
	width: number;
	height: number;
	/** false when the file ends before its picture does */
	whole: boolean;
}

/** The formats that fal's model reads, by image-size's names for them. */
const FORMATS: Record<string, { mimeType: string; extension: string }> = {
	png: { mimeType: 'image/png', extension: 'png' },
	jpg: { mimeType: 'image/jpeg', extension: 'jpg' },
	webp: { mimeType: 'image/webp', extension: 'webp' },
	gif: { mimeType: 'image/gif', extension: 'gif' },
	avif: { mimeType: 'image/avif', extension: 'avif' },
	heic: { mimeType: 'image/heic', extension: 'heic' },
	heif: { mimeType: 'image/heif', extension: 'heif' },
};

const PNG_END = Buffer.from('IEND');

/** A PNG is a list of chunks; a cut one never reaches the chunk IEND. */
function pngIsWhole(bytes: Buffer): boolean {
	let at = 8;
	while (at + 12 <= bytes.length) {
		const isEnd = bytes.subarray(at + 4, at + 8).equals(PNG_END);
		at += 12 + bytes.readUInt32BE(at);
		if (isEnd) return at <= bytes.length;
	}
	return false;
}

/**
 * A JPEG ends with the marker FFD9 after its image data. Phones append films and notes behind it, and
 * an EXIF preview holds a whole JPEG of its own, so the search starts at the image data.
 */
function jpegIsWhole(bytes: Buffer): boolean {
	let at = 2;
	while (at + 4 <= bytes.length && bytes[at] === 0xff) {
		const marker = bytes[at + 1];
		if (marker === 0xda) return bytes.indexOf(Buffer.from([0xff, 0xd9]), at) !== -1;
		at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
	}
	return false;
}

const WHOLE: Record<string, (bytes: Buffer) => boolean> = {
	png: pngIsWhole,
	jpg: jpegIsWhole,
	webp: (bytes) => bytes.length >= bytes.readUInt32LE(4) + 8,
	gif: (bytes) => bytes.includes(0x3b, Math.max(0, bytes.length - 64)),
};

/** Reads a picture's kind, size and wholeness from its bytes; undefined when they are no picture that fal takes. */
export function readPicture(bytes: Buffer): PictureFacts | undefined {
	try {
		const { type = '', width, height } = imageSize(bytes);
		const format = FORMATS[type];
		if (!format || !width || !height) return undefined;
		return { ...format, width, height, whole: WHOLE[type]?.(bytes) ?? true };
	} catch {
		// image-size throws when a header is cut or false.
		return undefined;
	}
}
