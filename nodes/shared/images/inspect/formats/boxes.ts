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

/** Reads numbers one after the other. */
export class Numbers {
	/** whether the box is shorter than it says; what is read after that means nothing */
	isBroken = false;
	private at = 0;

	constructor(private readonly bytes: Buffer) {}

	/** The next number of 1 to 4 or 8 bytes, or of none. */
	next(size: number): number {
		const at = this.at;
		this.at += size;
		this.isBroken ||= this.at > this.bytes.length || (size > 4 && size !== 8);
		if (size === 0 || this.isBroken) return 0;
		return size === 8 ? Number(this.bytes.readBigUInt64BE(at)) : this.bytes.readUIntBE(at, size);
	}

	/** Does something for each of so many entries, as long as they are there. */
	each(count: number, read: () => void): void {
		for (let left = count; left > 0 && !this.isBroken; left--) read();
	}
}
