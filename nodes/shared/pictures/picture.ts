import { imageSize } from 'image-size';

/** What the bytes of a picture say of it, whatever its name or label claims. */
export interface PictureKind {
	mimeType: string;
	/** without the dot */
	extension: string;
	/** pixels, before any EXIF rotation */
	width: number;
	height: number;
}

export interface PictureFacts extends PictureKind {
	/** bytes */
	size: number;
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

/** A JPEG's size can stand behind a large preview and colour profile, but not behind more than this. In bytes. */
const LONGEST_HEAD = 2 * 1024 * 1024;

/** The end of a PNG, its checksum included; of a JPEG; of a GIF. */
const ENDS: Record<string, Buffer> = {
	png: Buffer.from([0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]),
	jpg: Buffer.from([0xff, 0xd9]),
	gif: Buffer.from([0x00, 0x3b]),
};

/** A WebP tells its length in so many bytes. */
const RIFF_HEAD = 8;

interface Head {
	/** image-size's name for the format */
	type: string;
	width: number;
	height: number;
	/** where to look for the picture's end from */
	dataStart: number;
}

/** The markers that hold a JPEG's size: all of C0 to CF but three that mean something else. */
const holdsSize = (marker: number) =>
	marker >= 0xc0 && marker <= 0xcf && !(marker % 4 === 0 && marker > 0xc0);

/**
 * Walks a JPEG to its image data. Its end is searched from there on: an EXIF preview before it holds a
 * whole JPEG of its own, and phones append films and notes behind the end. Not left to image-size,
 * which stumbles over the fill bytes that may stand before a marker.
 */
function readJpegHead(head: Buffer): Head | undefined {
	let size: { width: number; height: number } | undefined;
	let at = 2;
	while (at + 9 <= head.length && head[at] === 0xff && head[at + 1] !== 0xda) {
		const marker = head[at + 1]!;
		if (holdsSize(marker))
			size = { height: head.readUInt16BE(at + 5), width: head.readUInt16BE(at + 7) };
		at += marker === 0xff ? 1 : 2 + head.readUInt16BE(at + 2);
	}
	return size && { type: 'jpg', ...size, dataStart: at };
}

function readHead(head: Buffer): Head | undefined {
	if (head[0] === 0xff && head[1] === 0xd8) return readJpegHead(head);
	try {
		const { type = '', width, height } = imageSize(head);
		return { type, width, height, dataStart: 0 };
	} catch {
		// image-size throws when a header is cut or false.
		return undefined;
	}
}

/** Reads a picture's facts from its bytes as they pass, holding on to no more than its head. */
export class PictureScan {
	/** known as soon as the head has passed */
	kind?: PictureKind;
	size = 0;
	private type = '';
	private head: Buffer = Buffer.alloc(0);
	/** the last bytes of the chunk before, since an end can lie across two */
	private seam: Buffer = Buffer.alloc(0);
	private ended = false;

	push(chunk: Buffer): void {
		this.size += chunk.length;
		if (this.kind) return this.seekEnd(chunk);
		if (this.head.length > LONGEST_HEAD) return;
		// Nearly always the first chunk tells all, so that there is nothing to join.
		this.head = this.head.length > 0 ? Buffer.concat([this.head, chunk]) : chunk;
		this.identify();
	}

	/** The facts once all bytes have passed; undefined when they are no picture that fal takes. */
	finish(): PictureFacts | undefined {
		if (!this.kind) return undefined;
		return { ...this.kind, size: this.size, whole: this.isWhole() };
	}

	private identify(): void {
		const { type = '', width, height, dataStart } = readHead(this.head) ?? {};
		const format = Object.hasOwn(FORMATS, type) ? FORMATS[type] : undefined;
		if (!format || !width || !height) return;
		this.type = type;
		this.kind = { ...format, width, height };
		this.seekEnd(this.head.subarray(dataStart));
		// A copy of the little that is asked later lets go of the rest, which may be used for other bytes.
		this.head = Buffer.from(this.head.subarray(0, RIFF_HEAD));
	}

	private seekEnd(chunk: Buffer): void {
		const end = ENDS[this.type];
		if (!end || this.ended) return;
		const short = end.length - 1;
		// Only the seam is copied: a copy of every byte would keep the garbage collector busy.
		const across = Buffer.concat([this.seam, chunk.subarray(0, short)]);
		// From the back, where the end of a picture that is held whole lies.
		this.ended = across.includes(end) || chunk.lastIndexOf(end) >= 0;
		this.seam = Buffer.from((chunk.length < short ? across : chunk).subarray(-short));
	}

	private isWhole(): boolean {
		if (this.type === 'webp') return this.size >= this.head.readUInt32LE(4) + 8;
		return this.ended || !ENDS[this.type];
	}
}

/** The facts of a picture that is in memory. */
export function readPicture(bytes: Buffer): PictureFacts | undefined {
	const scan = new PictureScan();
	scan.push(bytes);
	return scan.finish();
}
