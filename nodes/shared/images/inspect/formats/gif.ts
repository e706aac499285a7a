import { take, type Found, type Walk, type Wish } from './walk';

export const isGif = (head: Buffer): boolean => /^GIF8[79]a$/.test(head.toString('latin1', 0, 6));

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;

/** The bytes of a colour table, by the flags that announce it. */
const tableSize = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

function* subBlocks(): Generator<Wish, void, Buffer> {
	for (;;) {
		const length = (yield* take(1))[0]!;
		if (length === 0) return;
		yield { skip: length };
	}
}

/** A GIF is blocks, and the data of each comes in sub-blocks of up to 255 bytes. */
export function* walkGif(found: Found): Walk {
	yield { skip: 6 };
	const screen = yield* take(7);
	const width = screen.readUInt16LE(0);
	const height = screen.readUInt16LE(2);
	const colours = tableSize(screen[4]!);
	let images = 0;
	if (width === 0 || height === 0) return;
	found.kind = { mimeType: 'image/gif', extension: 'gif', width, height };
	yield { skip: colours };
	for (;;) {
		let block = (yield* take(1))[0]!;
		// Decoders pass over zeros between blocks; half an image may have them behind it, too.
		found.least = Infinity;
		while (block === 0) block = (yield* take(1))[0]!;
		if (block === EXTENSION) yield { skip: 1 };
		else if (block === IMAGE) {
			const flags = (yield* take(9))[8]!;
			yield { skip: tableSize(flags) + 1 };
			images += 1;
		} else {
			if (block === TRAILER && images > 0) found.least = 0;
			return;
		}
		yield* subBlocks();
		// One that ends right here lacks nothing but its trailer, which decoders do not miss.
		if (images > 0) found.least = 0;
	}
}
