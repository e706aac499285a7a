import { take, type Found, type Walk } from './walk';

export const isPng = (head: Buffer): boolean =>
	head.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));

const LENGTH_AND_TYPE = 8;
const CHECKSUM = 4;

/** A PNG is chunks of a length, a type, so many bytes, and a checksum. */
export function* walkPng(found: Found): Walk {
	yield { skip: 8 };
	for (;;) {
		const head = yield* take(LENGTH_AND_TYPE);
		const length = head.readUInt32BE(0);
		const type = head.toString('latin1', 4);
		if (!/^[A-Za-z]{4}$/.test(type)) return;
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
		// The last byte is asked for, so that the end is known only once it has passed.
		yield* take(1);
		if (type !== 'IEND') continue;
		found.least = 0;
		return;
	}
}
