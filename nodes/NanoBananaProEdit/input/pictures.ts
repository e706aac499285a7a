import type { IExecuteFunctions } from 'n8n-workflow';
import { InputError } from '../../shared/n8n/inputError';
import { opener } from '../../shared/n8n/itemFiles';
import { freeChunk } from '../../shared/pictures/bufferPool';
import { MAX_INPUT_BYTES } from '../../shared/limits';
import { chunksOf } from '../../shared/pictures/chunks';
import { PictureScan, type PictureFacts } from '../../shared/pictures/picture';
import type { FileSource } from './fields';
import type { ImageSource } from './images';

const inEntry = ({ entry }: FileSource) => `(entry ${entry} of 'Images')`;

const notAPicture = (source: FileSource): InputError =>
	new InputError(
		`The file '${source.label}' is not a picture that fal takes (its type is ${source.file.mimeType}) ${inEntry(source)}`,
		"By its bytes it is none of what fal takes: PNG, JPEG, WebP, GIF, AVIF, HEIC. Convert the file first, or name another field in 'Images'.",
	);

const cutShort = (source: FileSource): InputError =>
	new InputError(
		`The picture '${source.label}' is cut short: its file ends before the picture does ${inEntry(source)}`,
		'Check the node that gives the file; a download or upload may have broken off there.',
	);

const tooLarge = (source: FileSource, size: number): InputError =>
	new InputError(
		`The picture '${source.label}' has ${Math.ceil(size / 1024 ** 2)} MB; fal takes up to ${MAX_INPUT_BYTES / 1024 ** 2} ${inEntry(source)}`,
		'Make it smaller before this node, for example with the Edit Image node.',
	);

/**
 * @param picture what the bytes of the whole file say
 * @throws InputError for a file that fal could not use
 */
export function requireWhole(source: FileSource, picture?: PictureFacts): PictureFacts {
	if (!picture) throw notAPicture(source);
	if (!picture.whole) throw cutShort(source);
	if (picture.size > MAX_INPUT_BYTES) throw tooLarge(source, picture.size);
	return picture;
}

/** Nearly every picture says what it is within so many bytes. */
const HEAD_CHUNK = 32 * 1024;

/** Reads a file until its bytes tell what it is. */
async function lookAt(
	ctx: IExecuteFunctions,
	itemIndex: number,
	{ file }: FileSource,
): Promise<PictureScan> {
	const scan = new PictureScan();
	for await (const chunk of chunksOf(await opener(ctx, itemIndex, file, HEAD_CHUNK)())) {
		scan.push(chunk);
		if (!scan.kind && !scan.isNone) continue;
		freeChunk(chunk);
		break;
	}
	return scan;
}

/**
 * Looks at the head of every file, which is quick, and leaves out what * has found and is no picture.
 *
 * @returns what is left, and what is not
 * @throws InputError for a named file that is no picture, and for a picture that ends in its head
 */
export async function takePictures(
	ctx: IExecuteFunctions,
	itemIndex: number,
	sources: ImageSource[],
): Promise<{ images: ImageSource[]; passedOver: FileSource[] }> {
	const images: ImageSource[] = [];
	const passedOver: FileSource[] = [];
	for (const source of sources) {
		const scan = source.kind === 'file' ? await lookAt(ctx, itemIndex, source) : undefined;
		if (source.kind === 'url' || scan?.kind) images.push(source);
		else if (scan?.endsInHead) throw cutShort(source);
		else if (source.isOptional) passedOver.push(source);
		else throw notAPicture(source);
	}
	return { images, passedOver };
}
