/** For each length of a code in bits: the first code of it, and the symbols of all. */
export type Table = Array<{ first: number; symbols: Buffer }>;

/** Adds the tables of a segment, by their class and number. */
export function readTables(data: Buffer, tables: Map<number, Table>): void {
	let at = 0;
	while (at + 17 <= data.length) {
		let next = at + 17;
		let code = 0;
		const table: Table = [];
		for (let length = 1; length <= 16; length++) {
			const count = data[at + length]!;
			table[length] = { first: code, symbols: data.subarray(next, next + count) };
			code = (code + count) * 2;
			next += count;
		}
		tables.set(data[at]!, table);
		at = next;
	}
}

/** The bits of a JPEG's scan, without what only tells data from markers. */
export class Bits {
	/** whether the data has ended or made no sense; what is read after that means nothing */
	isBroken = false;
	private byte = 0;
	private left = 0;

	constructor(
		private readonly bytes: Buffer,
		/** where the next byte stands */
		public at: number,
	) {}

	private bit(): number {
		if (this.left === 0) {
			this.byte = this.next();
			// FF in the data has a zero behind it; anything else is a marker.
			if (this.byte === 0xff && this.next() !== 0) this.isBroken = true;
			this.left = 8;
		}
		this.left -= 1;
		return (this.byte >> this.left) & 1;
	}

	private next(): number {
		const byte = this.bytes[this.at];
		this.isBroken ||= byte === undefined;
		this.at += 1;
		return byte ?? 0;
	}

	symbol(table: Table): number {
		let code = 0;
		for (let length = 1; length <= 16; length++) {
			code = code * 2 + this.bit();
			const { first, symbols } = table[length]!;
			if (code - first < symbols.length) return symbols[code - first]!;
		}
		this.isBroken = true;
		return 0;
	}

	pass(count: number): void {
		for (let left = count; left > 0; left--) this.bit();
	}

	/** Passes over the marker that lets decoders start anew. */
	restart(): void {
		this.left = 0;
		let code = this.next();
		this.isBroken ||= code !== 0xff;
		while (code === 0xff) code = this.next();
		this.isBroken ||= code < 0xd0 || code > 0xd7;
	}
}
