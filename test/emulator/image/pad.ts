import { crc32 } from 'node:zlib';

import type { Format } from '../schema';

/** Grows an image to a size with bytes that decoders pass over. */
export function padTo(image: Buffer, format: Format, size: number): Buffer {
	if (image.length >= size) return image;
	return pads[format](image, size - image.length);
}

const pads: Record<Format, (image: Buffer, missing: number) => Buffer> = {
	png: padPng,
	jpeg: padJpeg,
	webp: padWebp,
};

/** A private chunk before the last one, IEND, which has 12 bytes. */
function padPng(image: Buffer, missing: number): Buffer {
	const data = Buffer.alloc(Math.max(0, missing - 12));
	const named = Buffer.concat([Buffer.from('faKe'), data]);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(data.length);
	const check = Buffer.alloc(4);
	check.writeUInt32BE(crc32(named));
	const end = image.length - 12;
	return Buffer.concat([image.subarray(0, end), length, named, check, image.subarray(end)]);
}

/** Comments after the start mark; one holds 64 KB. */
function padJpeg(image: Buffer, missing: number): Buffer {
	const comments: Buffer[] = [];
	for (let left = missing; left > 0; left -= 65_535 + 2) {
		const comment = Buffer.alloc(Math.min(Math.max(left, 4), 65_535 + 2));
		comment.writeUInt16BE(0xfffe, 0);
		comment.writeUInt16BE(comment.length - 2, 2);
		comments.push(comment);
	}
	return Buffer.concat([image.subarray(0, 2), ...comments, image.subarray(2)]);
}

/** An unknown chunk at the end of the RIFF file, of even length as all are. */
function padWebp(image: Buffer, missing: number): Buffer {
	const size = Math.max(0, missing - 8);
	const chunk = Buffer.alloc(8 + size + (size % 2));
	chunk.write('faKe', 0, 'latin1');
	chunk.writeUInt32LE(size, 4);
	const padded = Buffer.concat([image, chunk]);
	padded.writeUInt32LE(padded.length - 8, 4);
	return padded;
}
