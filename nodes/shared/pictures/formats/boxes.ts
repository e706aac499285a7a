/** A box of a HEIF file: what it holds without its head. */
export interface Box {
	type: string;
	data: Buffer;
}

/** The boxes one after the other in a piece of a file that is there whole; a false length ends the list. */
export function boxesIn(bytes: Buffer): Box[] {
	const boxes: Box[] = [];
	let at = 0;
	while (at + 8 <= bytes.length) {
		const given = bytes.readUInt32BE(at);
		const isLong = given === 1 && at + 16 <= bytes.length;
		const head = isLong ? 16 : 8;
		const size = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : given || bytes.length - at;
		if (size < head || at + size > bytes.length) break;
		const type = bytes.toString('latin1', at + 4, at + 8);
		boxes.push({ type, data: bytes.subarray(at + head, at + size) });
		at += size;
	}
	return boxes;
}

/** The content of the first box of a type, along a path of them. */
export function inside(bytes: Buffer, ...path: string[]): Buffer | undefined {
	let data: Buffer | undefined = bytes;
	for (const type of path)
		data = boxesIn(data ?? Buffer.alloc(0)).find((box) => box.type === type)?.data;
	return data;
}

/** What a box throws that is shorter than it says. */
export class BrokenBox extends Error {}

/** Reads numbers one after the other. */
export class Numbers {
	private at = 0;

	constructor(private readonly bytes: Buffer) {}

	/**
	 * The next number of so many bytes, of which there may be none.
	 *
	 * @throws BrokenBox beyond the end
	 */
	next(size: number): number {
		if (size === 0) return 0;
		const at = this.at;
		this.at += size;
		if (this.at > this.bytes.length || size === 7) throw new BrokenBox();
		return size > 6 ? Number(this.bytes.readBigUInt64BE(at)) : this.bytes.readUIntBE(at, size);
	}
}
