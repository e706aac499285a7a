import type { Size } from './walk';

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

/** What a HEIF file says in its box `meta` of the images in it. */
interface HeifMeta {
	size?: Size;
	/** how the images are coded, as `av01` or `hvc1` */
	codings: string[];
	/** where the last byte of all of them stands */
	end: number;
}

const FULL = 4;

/** @returns the number of the image that is shown */
function primaryItem(children: Buffer): number | undefined {
	const pitm = inside(children, 'pitm');
	if (!pitm) return undefined;
	const numbers = new Numbers(pitm);
	const version = numbers.next(1);
	numbers.next(3);
	return numbers.next(version === 0 ? 2 : 4);
}

/** The numbers of an item's properties in the list of all, from 1. */
function itemProperties(item: number | undefined, ipma: Buffer): number[] {
	const numbers = new Numbers(ipma);
	const version = numbers.next(1);
	const isWide = (numbers.next(3) & 1) === 1;
	let found: number[] = [];
	numbers.each(numbers.next(4), () => {
		const id = numbers.next(version === 0 ? 2 : 4);
		const list: number[] = [];
		numbers.each(numbers.next(1), () => {
			list.push(isWide ? numbers.next(2) & 0x7fff : numbers.next(1) & 0x7f);
		});
		if (id === item) found = list;
	});
	return found;
}

function sizeOf(children: Buffer): Size | undefined {
	const properties = boxesIn(inside(children, 'iprp', 'ipco') ?? Buffer.alloc(0));
	const ipma = inside(children, 'iprp', 'ipma');
	const own = ipma ? itemProperties(primaryItem(children), ipma) : [];
	const sizes = properties.flatMap(({ type, data }, index) =>
		type === 'ispe' && data.length >= FULL + 8
			? [
					{
						isOwn: own.includes(index + 1),
						width: data.readUInt32BE(FULL),
						height: data.readUInt32BE(FULL + 4),
					},
				]
			: [],
	);
	const [largest] = sizes.sort(
		(a, b) => Number(b.isOwn) - Number(a.isOwn) || b.width * b.height - a.width * a.height,
	);
	return largest && { width: largest.width, height: largest.height };
}

function codingsIn(children: Buffer): string[] {
	const iinf = inside(children, 'iinf');
	if (!iinf) return [];
	const entries = boxesIn(iinf.subarray(iinf[0] === 0 ? FULL + 2 : FULL + 4));
	return entries
		.filter(({ type, data }) => type === 'infe' && data[0]! >= 2)
		.map(({ data }) => data.toString('latin1', data[0] === 2 ? 8 : 10, data[0] === 2 ? 12 : 14));
}

/** The end of all that is in the file itself, by the box that tells where each image's data is. */
function endOf(iloc: Buffer): number | undefined {
	const numbers = new Numbers(iloc);
	const version = numbers.next(1);
	numbers.next(3);
	const [sizes, more] = [numbers.next(1), numbers.next(1)];
	const [offset, length, base] = [sizes >> 4, sizes & 15, more >> 4];
	const index = version === 0 ? 0 : more & 15;
	const idSize = version < 2 ? 2 : 4;
	let end = 0;
	numbers.each(numbers.next(idSize), () => {
		numbers.next(idSize);
		const isInFile = version === 0 || (numbers.next(2) & 15) === 0;
		numbers.next(2);
		const start = numbers.next(base);
		numbers.each(numbers.next(2), () => {
			numbers.next(index);
			const from = start + numbers.next(offset);
			const to = from + numbers.next(length);
			if (isInFile) end = Math.max(end, to);
		});
	});
	return numbers.isBroken ? undefined : end;
}

/** @returns undefined for a box that contradicts itself */
export function readMeta(meta: Buffer): HeifMeta | undefined {
	const children = meta.subarray(FULL);
	const iloc = inside(children, 'iloc');
	const end = iloc ? endOf(iloc) : 0;
	return end === undefined
		? undefined
		: { size: sizeOf(children), codings: codingsIn(children), end };
}

/** The size of a film, as an image that moves is one: the largest of its tracks. */
export function sizeOfFilm(moov: Buffer): Size | undefined {
	const sizes = boxesIn(moov).flatMap(({ type, data }) => {
		const tkhd = type === 'trak' ? inside(data, 'tkhd') : undefined;
		const at = tkhd?.[0] === 1 ? 88 : 76;
		if (!tkhd || tkhd.length < at + 8) return [];
		return [{ width: tkhd.readUInt32BE(at) >>> 16, height: tkhd.readUInt32BE(at + 4) >>> 16 }];
	});
	return sizes.sort((a, b) => b.width * b.height - a.width * a.height)[0];
}
