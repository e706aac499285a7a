import { take, type Found, type Size, type Walk } from './walk';

export const isWebp = (head: Buffer): boolean =>
	head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP';

const CHUNK_HEAD = 8;
/** A size stands within so many bytes of its chunk, that of a lossless image within 5. */
const LONGEST_SIZE = 10;
const SHORTEST_SIZE = 5;
const KIND = { mimeType: 'image/webp', extension: 'webp' };

/** The size by the first bytes of the chunk that has it; each kind of WebP writes it in its own way. */
function sizeIn(type: string, data: Buffer): Size | undefined {
	if (type === 'VP8X')
		return { width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 };
	if (type === 'VP8L' && data[0] === 0x2f) {
		const bits = data.readUInt32LE(1);
		return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
	}
	const isFrame = type === 'VP8 ' && data.toString('latin1', 3, 6) === '\x9d\x01*';
	return isFrame
		? { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff }
		: undefined;
}

/** A WebP tells its length at once; the chunks in it must fit. */
export function* walkWebp(found: Found): Walk {
	const riff = yield* take(12);
	const least = riff.readUInt32LE(4) + 8;
	let at = 12;
	while (at + CHUNK_HEAD <= least) {
		const head = yield* take(CHUNK_HEAD);
		const type = head.toString('latin1', 0, 4);
		const length = head.readUInt32LE(4);
		const padded = length + (length % 2);
		const end = at + CHUNK_HEAD + length;
		const read = found.kind ? 0 : Math.min(LONGEST_SIZE, length);
		if (read >= SHORTEST_SIZE) {
			const size = sizeIn(type, Buffer.concat([yield* take(read)], LONGEST_SIZE));
			if (size && size.width > 0 && size.height > 0) found.kind = { ...KIND, ...size };
		}
		if (found.kind && /^(VP8 |VP8L|ANMF)$/.test(type)) {
			found.least = Math.max(least, end);
			return;
		}
		yield { skip: padded - (read >= SHORTEST_SIZE ? read : 0) };
		at += CHUNK_HEAD + padded;
	}
}
