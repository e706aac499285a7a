import { take, type Found, type Walk } from './walk';

export const isPng = (head: Buffer): boolean =>
	head.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));

const LENGTH_AND_TYPE = 8;
const CHECKSUM = 4;

/** Encoders cut the data in chunks of one round size, so one that is shorter, or alone and of another size, is the last. */
const isLastData = (length: number, before: number) =>
	before > 0 ? length < before : length % 1024 !== 0;

/** A PNG is chunks of a length, a type, so many bytes, and a checksum. Once its data is whole, decoders do not miss the chunk that ends it. */
export function* walkPng(found: Found): Walk {
	yield { skip: 8 };
	let data = 0;
	for (;;) {
		const head = yield* take(LENGTH_AND_TYPE);
		const length = head.readUInt32BE(0);
		const type = head.toString('latin1', 4);
		found.least = type === 'IEND' && found.kind ? 0 : Infinity;
		if (type === 'IEND' || !/^[A-Za-z]{4}$/.test(type)) return;
		if (!found.kind) {
			if (type !== 'IHDR' || length < 8) return;
			const size = yield* take(8);
			const width = size.readUInt32BE(0);
			const height = size.readUInt32BE(4);
			if (width === 0 || height === 0) return;
			found.kind = { mimeType: 'image/png', extension: 'png', width, height };
			yield { skip: length - 8 + CHECKSUM };
			continue;
		}
		yield { skip: length + CHECKSUM - 1 };
		// The last byte is asked for, so that the end of a chunk is known only once it has passed.
		yield* take(1);
		if (type !== 'IDAT') continue;
		if (isLastData(length, data)) found.least = 0;
		data = length;
	}
}
