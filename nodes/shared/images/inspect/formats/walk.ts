/** In pixels, before any EXIF rotation. */
export interface Size {
	width: number;
	height: number;
}

/** What the bytes of an image say of it, whatever its name or label claims. */
export interface ImageKind extends Size {
	mimeType: string;
	/** without the dot */
	extension: string;
}

/** What a walk through a format's structure has found so far. */
export interface Found {
	kind?: ImageKind;
	/** bytes that the file must have to be whole; undefined until that is known */
	least?: number;
	/** whether the end may be one that happens to stand in other bytes, which only the data tells */
	isDoubtful?: true;
}

/** The bytes a walk wants next: a few to read, any number to pass over, or all up to the next marker of a JPEG's scan. */
export type Wish = { take: number } | { skip: number } | 'marker';

/**
 * A format's structure as a story that reads from top to bottom, whatever pieces the bytes come in. It
 * must not keep the bytes that it is given: their memory is used again.
 */
export type Walk = Generator<Wish, void, Buffer>;

/** @returns so many bytes, to be looked at before the next wish */
export function* take(count: number): Generator<Wish, Buffer, Buffer> {
	return yield { take: count };
}

/** No part that a walk reads is longer; a false length would have the file held whole. */
const LONGEST_PART = 4 * 1024 * 1024;

const NO_BYTES = Buffer.alloc(0);
const FILL = 0xff;

/** In a scan, FF 00 is a byte of data and FF D0 to D7 tell decoders where they are. */
const isMarker = (code: number) => code !== 0 && code !== FILL && (code < 0xd0 || code > 0xd7);

/** Leads a walk through chunks, holding on to no more than the few bytes that are read next. */
export class Walker {
	private wish: Wish | undefined;
	private pieces: Buffer[] = [];
	private held = 0;
	private afterFill = false;

	constructor(private readonly walk: Walk) {
		this.goOn(NO_BYTES);
	}

	/** Whether the walk has nothing more to look at. */
	get isOver(): boolean {
		return this.wish === undefined;
	}

	push(chunk: Buffer): void {
		let at = 0;
		while (this.wish && at < chunk.length) at = this.serve(this.wish, chunk, at);
	}

	private goOn(bytes: Buffer): void {
		const { done, value } = this.walk.next(bytes);
		this.wish = done ? undefined : value;
		if (this.wish === 'marker' || !this.wish) return;
		if ('take' in this.wish ? this.wish.take > LONGEST_PART : this.wish.skip < 0) {
			this.wish = undefined;
		} else if ('skip' in this.wish && this.wish.skip === 0) this.goOn(NO_BYTES);
	}

	/** @returns where the bytes go on that are not used yet */
	private serve(wish: Wish, chunk: Buffer, at: number): number {
		if (wish === 'marker') return this.toMarker(chunk, at);
		const left = chunk.length - at;
		if ('take' in wish) return this.read(wish.take, chunk, at);
		if (wish.skip > left) {
			wish.skip -= left;
			return chunk.length;
		}
		this.goOn(NO_BYTES);
		return at + wish.skip;
	}

	private read(count: number, chunk: Buffer, at: number): number {
		const end = at + count - this.held;
		if (end > chunk.length) {
			this.pieces.push(Buffer.from(chunk.subarray(at)));
			this.held += chunk.length - at;
			return chunk.length;
		}
		const last = chunk.subarray(at, end);
		const bytes = this.held === 0 ? last : Buffer.concat([...this.pieces, last]);
		this.pieces = [];
		this.held = 0;
		this.goOn(bytes);
		return end;
	}

	private toMarker(chunk: Buffer, from: number): number {
		let at = from;
		while (at < chunk.length) {
			if (!this.afterFill) {
				at = chunk.indexOf(FILL, at) + 1;
				if (at === 0) return chunk.length;
				this.afterFill = true;
				continue;
			}
			const code = chunk[at]!;
			at += 1;
			this.afterFill = code === FILL;
			if (!isMarker(code)) continue;
			this.goOn(Buffer.from([code]));
			return at;
		}
		return at;
	}
}
