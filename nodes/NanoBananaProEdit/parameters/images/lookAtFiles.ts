import type { IExecuteFunctions } from 'n8n-workflow';
import { InputError } from '../../../shared/n8n/inputError';
import { opener } from '../../../shared/n8n/itemFiles';
import { toNodeError } from '../../../shared/n8n/nodeErrors';
import type { Run } from '../../../shared/n8n/run';
import { freeChunk } from '../../../shared/images/transfer/bufferPool';
import { CHECKED_AHEAD, MAX_INPUT_BYTES } from '../../../shared/limits';
import { chunksOf } from '../../../shared/fal/http/http';
import { ImageScan, scanImage, type ImageFacts } from '../../../shared/images/inspect/image';
import type { FileSource } from './files';
import type { ImageSource } from './images';

const ofEntry = ({ entry }: FileSource) => `(entry ${entry} of 'Images')`;

const notAImage = (source: FileSource): InputError =>
	new InputError(
		`The file '${source.label}' is not an image that fal accepts (its type is ${source.file.mimeType}) ${ofEntry(source)}`,
		"Its content is not PNG, JPEG, WebP, GIF, AVIF or HEIC. Convert the file first, or use another binary field in 'Images'.",
	);

const cutShort = (source: FileSource): InputError =>
	new InputError(
		`The image '${source.label}' is incomplete: the file ends before the image does ${ofEntry(source)}`,
		'Check the node that outputs the file. Its download or upload may have been interrupted.',
	);

const tooLarge = (source: FileSource, size: number): InputError =>
	new InputError(
		`The image '${source.label}' is ${Math.ceil(size / 1024 ** 2)} MB, but fal accepts up to ${MAX_INPUT_BYTES / 1024 ** 2} MB ${ofEntry(source)}`,
		"Make it smaller before this node, for example with n8n's Edit Image node.",
	);

/**
 * @param image what the bytes of the whole file say
 * @throws InputError for a file that fal could not use
 */
export function requireWhole(source: FileSource, image?: ImageFacts): ImageFacts {
	if (!image) throw notAImage(source);
	if (!image.whole) throw cutShort(source);
	if (image.size > MAX_INPUT_BYTES) throw tooLarge(source, image.size);
	return image;
}

/** Nearly every image says what it is within so many bytes. */
const HEAD_CHUNK = 32 * 1024;

/** Reads a file until its bytes tell what it is. */
async function lookAt(
	ctx: IExecuteFunctions,
	itemIndex: number,
	{ file }: FileSource,
): Promise<ImageScan> {
	const scan = new ImageScan();
	for await (const chunk of chunksOf(await opener(ctx, itemIndex, file, HEAD_CHUNK)())) {
		scan.push(chunk);
		if (!scan.kind && !scan.isNone) continue;
		freeChunk(chunk);
		break;
	}
	return scan;
}

/**
 * Looks at the head of every file, which is quick, and leaves out what * has found and is no image.
 *
 * @returns what is left, and what is not
 * @throws InputError for a named file that is no image, and for an image that ends in its head
 */
export async function takeImages(
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
		else throw notAImage(source);
	}
	return { images, passedOver };
}

interface RowFile {
	row: number;
	source: FileSource;
}

/** The files of all rows, in order; one that several rows share is looked at once. */
function filesOfRows(rows: ImageSource[][]): RowFile[] {
	const seen = new Set<string>();
	return rows.flatMap((images, row) =>
		images.flatMap((source): RowFile[] => {
			if (source.kind === 'url') return [];
			const { id } = source.file;
			if (id && seen.has(id)) return [];
			if (id) seen.add(id);
			return [{ row, source }];
		}),
	);
}

/**
 * Reads the files of all rows to their end, up to so many bytes, before anything is submitted: half an image
 * in a late row would come after edits that are paid.
 *
 * @throws NodeOperationError for the first file that cannot be read or is no whole image
 */
export async function checkAhead(
	{ ctx, signal, redact }: Run,
	rows: ImageSource[][],
): Promise<void> {
	let read = 0;
	for (const { row, source } of filesOfRows(rows)) {
		signal?.throwIfAborted();
		if (read >= CHECKED_AHEAD) return;
		try {
			// Freed at once: left to the garbage collector, so many bytes take four times as long.
			const image = await scanImage(opener(ctx, row, source.file), freeChunk);
			read += requireWhole(source, image).size;
		} catch (error) {
			throw toNodeError(ctx.getNode(), error, row, redact);
		}
	}
}
