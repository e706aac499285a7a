import { holdsSize, MARKER } from './jpeg';

/** For each length of a code in bits: the first code of it, and the symbols of all. */
type Table = Array<{ first: number; symbols: Buffer }>;

/** Adds the tables of a segment, by their class and number. */
function readTables(data: Buffer, tables: Map<number, Table>): void {
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
class Bits {
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

interface Component {
	/** blocks in each unit of the scan */
	across: number;
	down: number;
}

interface Frame {
	width: number;
	height: number;
	components: Component[];
}

interface Scan {
	/** where its data begins */
	at: number;
	units: number;
	/** so many units stand between two restarts */
	restarts: number;
	/** the tables of each block of a unit */
	blocks: Array<{ dc: Table; ac: Table }>;
}

/** @returns 0 beyond the end */
const number = (bytes: Buffer, at: number) => (at + 2 > bytes.length ? 0 : bytes.readUInt16BE(at));

function readFrame(data: Buffer): Frame {
	const components = Array.from({ length: data[5] ?? 0 }, (_, index) => {
		const sampling = data[7 + index * 3] ?? 0;
		return { across: sampling >> 4, down: sampling & 15 };
	});
	return { height: number(data, 1), width: number(data, 3), components };
}

const makesSense = ({ components }: Frame) =>
	components.length > 0 &&
	components.every(({ across, down }) => across > 0 && across < 5 && down > 0 && down < 5);

/** How many units the scan has; where there is but one component, each of its blocks is a unit. */
function scanUnits({ width, height, components }: Frame): number {
	const isGrey = components.length === 1;
	const across = isGrey ? 1 : Math.max(...components.map((one) => one.across));
	const down = isGrey ? 1 : Math.max(...components.map((one) => one.down));
	return Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
}

/** What each block of a unit is coded with; undefined where a table is not there. */
function blocksOf(
	{ components }: Frame,
	scan: Buffer,
	tables: Map<number, Table>,
): Scan['blocks'] | undefined {
	const blocks: Scan['blocks'] = [];
	for (const [index, { across, down }] of components.entries()) {
		const choice = scan[2 + index * 2] ?? 0;
		const dc = tables.get(choice >> 4);
		const ac = tables.get(0x10 | (choice & 15));
		if (!dc || !ac) return undefined;
		const count = components.length === 1 ? 1 : across * down;
		blocks.push(...Array.from({ length: count }, () => ({ dc, ac })));
	}
	return blocks;
}

/** The only scan of a JPEG, by the segments before it; undefined for one of another kind. */
function findScan(jpeg: Buffer): Scan | undefined {
	const tables = new Map<number, Table>();
	let frame: Frame | undefined;
	let restarts = 0;
	let at = 2;
	for (;;) {
		at = jpeg.indexOf(0xff, at);
		if (at < 0) return undefined;
		const marker = jpeg[at + 1] ?? 0;
		at += marker === 0xff ? 1 : 2;
		if (marker === 0xff || marker <= 1 || (marker >= 0xd0 && marker <= 0xd8)) continue;
		const end = at + number(jpeg, at);
		const data = jpeg.subarray(at + 2, end);
		if (marker === MARKER.tables) readTables(data, tables);
		else if (marker === MARKER.restarts) restarts = number(data, 0);
		else if (holdsSize(marker) && marker > 0xc1) return undefined;
		else if (holdsSize(marker)) frame = readFrame(data);
		else if (marker === MARKER.scan) {
			if (!frame || !makesSense(frame) || data[0] !== frame.components.length) return undefined;
			const blocks = blocksOf(frame, data, tables);
			return blocks && { at: end, units: scanUnits(frame), restarts, blocks };
		}
		at = end;
	}
}

function passBlock(bits: Bits, dc: Table, ac: Table): void {
	bits.pass(bits.symbol(dc));
	for (let at = 1; at < 64; at++) {
		const symbol = bits.symbol(ac);
		if (symbol === 0) return;
		at += symbol >> 4;
		bits.pass(symbol & 15);
	}
}

/** Decoders look so many bytes ahead, and take an image without an end marker only if they are there. */
const LOOKS_AHEAD = 8;

/**
 * Whether all data of a JPEG is there, whatever marks its end: decoders take one without an end marker then.
 *
 * @returns undefined where that cannot be told, as of a JPEG of several scans, which needs the marker
 */
export function holdsAllData(jpeg: Buffer): boolean | undefined {
	const scan = findScan(jpeg);
	if (!scan) return undefined;
	const { at, units, restarts, blocks } = scan;
	const bits = new Bits(jpeg, at);
	for (let unit = 0; unit < units && !bits.isBroken; unit++) {
		if (restarts > 0 && unit > 0 && unit % restarts === 0) bits.restart();
		for (const { dc, ac } of blocks) passBlock(bits, dc, ac);
	}
	return !bits.isBroken && bits.at + LOOKS_AHEAD <= jpeg.length;
}
