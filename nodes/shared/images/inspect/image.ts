import { chunksOf, type OpenFile } from '../../fal/http/http';
import { MAX_INPUT_BYTES } from '../../limits';
import { isGif, walkGif } from './formats/gif';
import { isHeif, walkHeif } from './formats/heif';
import { isJpeg, walkJpeg } from './formats/jpeg';
import { isPng, walkPng } from './formats/png';
import { isWebp, walkWebp } from './formats/webp';
import { holdsAllData } from './formats/jpegData';
import { Walker, type Found, type ImageKind, type Walk } from './formats/walk';

export type { ImageKind } from './formats/walk';

/** So many bytes tell every format that fal's model reads. */
const SIGNATURE_BYTES = 12;

const FORMATS: Array<{ is: (head: Buffer) => boolean; walk: (found: Found) => Walk }> = [
	{ is: isJpeg, walk: walkJpeg },
	{ is: isPng, walk: walkPng },
	{ is: isWebp, walk: walkWebp },
	{ is: isGif, walk: walkGif },
	{ is: isHeif, walk: walkHeif },
];

/** The walk for a file that begins so; undefined for one that fal does not take. */
const walkFor = (head: Buffer): ((found: Found) => Walk) | undefined =>
	FORMATS.find(({ is }) => is(head))?.walk;

export interface ImageFacts extends ImageKind {
	/** bytes */
	size: number;
	/** false when the file ends before its image does */
	whole: boolean;
}

/** Reads an image's facts from its bytes as they pass, holding on to no more than its structure. */
export class ImageScan {
	size = 0;
	private readonly found: Found = {};
	private head: Buffer = Buffer.alloc(0);
	private walker?: Walker;
	private isForeign = false;

	/** known as soon as the bytes that tell it have passed */
	get kind(): ImageKind | undefined {
		return this.found.kind;
	}

	/** Whether the marker of the end may stand there by chance. */
	get isDoubtful(): boolean {
		return this.found.isDoubtful === true;
	}

	/** Whether no byte that follows can make an image of it. */
	get isNone(): boolean {
		return this.isForeign || (!this.found.kind && this.walker?.isOver === true);
	}

	/** Whether the bytes so far begin an image, and end before they tell its size. */
	get endsInHead(): boolean {
		return !this.found.kind && this.walker?.isOver === false;
	}

	push(chunk: Buffer): void {
		this.size += chunk.length;
		if (this.walker) this.walker.push(chunk);
		else if (!this.isForeign) this.identify(chunk);
	}

	/** The facts once all bytes have passed; undefined when they are no image that fal takes. */
	finish(): ImageFacts | undefined {
		const { kind, least = Infinity } = this.found;
		return kind && { ...kind, size: this.size, whole: this.size >= least };
	}

	private identify(chunk: Buffer): void {
		// Nearly always the first chunk tells, so that there is nothing to join.
		const bytes = this.head.length > 0 ? Buffer.concat([this.head, chunk]) : chunk;
		if (bytes.length < SIGNATURE_BYTES) {
			this.head = Buffer.from(bytes);
			return;
		}
		const walk = walkFor(bytes);
		this.isForeign = !walk;
		if (!walk) return;
		this.walker = new Walker(walk(this.found));
		this.walker.push(bytes);
		this.head = Buffer.alloc(0);
	}
}

/** A JPEG can lack the marker of its end and yet be whole, or have one by chance: only its data tells. */
const isUnsure = ({ mimeType, whole, size }: ImageFacts, scan: ImageScan) =>
	mimeType === 'image/jpeg' && (!whole || scan.isDoubtful) && size <= MAX_INPUT_BYTES;

const sure = (facts: ImageFacts, bytes: Buffer): ImageFacts => ({
	...facts,
	whole: holdsAllData(bytes) ?? facts.whole,
});

/** The facts of an image that is in memory. */
export function readImage(bytes: Buffer): ImageFacts | undefined {
	const scan = new ImageScan();
	scan.push(bytes);
	const facts = scan.finish();
	return facts && isUnsure(facts, scan) ? sure(facts, bytes) : facts;
}

/**
 * Reads an image from a file, nearly always once and without holding it.
 *
 * @param look what else is done with the bytes as they pass
 * @returns undefined when it is no image that fal takes
 */
export async function scanImage(
	open: OpenFile,
	look?: (chunk: Buffer) => void,
): Promise<ImageFacts | undefined> {
	const scan = new ImageScan();
	for await (const chunk of chunksOf(await open())) {
		scan.push(chunk);
		look?.(chunk);
	}
	const facts = scan.finish();
	if (!facts || !isUnsure(facts, scan)) return facts;
	const held: Buffer[] = [];
	for await (const chunk of chunksOf(await open())) held.push(chunk);
	return sure(facts, Buffer.concat(held));
}
