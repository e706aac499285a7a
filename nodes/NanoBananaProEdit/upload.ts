import type { IBinaryData } from 'n8n-workflow';
import { uploadFile } from '../shared/falStorage';
import { InputError } from '../shared/inputError';
import { readFile } from '../shared/itemFiles';
import { MAX_INPUT_BYTES } from '../shared/limits';
import { readPicture, type PictureFacts } from '../shared/picture';
import type { Run } from '../shared/run';
import type { ImageSource } from './images';
import type { EditOptions } from './input';

const TAKEN = 'fal takes PNG, JPEG, WebP, GIF, AVIF and HEIC pictures.';

/** @throws InputError for a file that fal could not use */
function checkPicture(bytes: Buffer, label: string, { mimeType }: IBinaryData): PictureFacts {
	const picture = readPicture(bytes);
	if (!picture) {
		throw new InputError(
			`The file '${label}' is not a picture that fal takes (its type is ${mimeType})`,
			`${TAKEN} Convert the file first, or name another field in 'Images'.`,
		);
	}
	if (!picture.whole) {
		throw new InputError(
			`The picture '${label}' is cut short: its file ends before the picture does`,
			'Check the node that gives the file; a download or upload may have broken off there.',
		);
	}
	if (bytes.length > MAX_INPUT_BYTES) {
		throw new InputError(
			`The picture '${label}' has ${Math.ceil(bytes.length / 1024 ** 2)} MB; fal takes up to ${MAX_INPUT_BYTES / 1024 ** 2}`,
			'Make it smaller before this node, for example with the Edit Image node.',
		);
	}
	return picture;
}

const uploadName = (file: IBinaryData, label: string, extension: string) => {
	const base = (file.fileName ?? label).replace(/\.[^.]*$/, '').replace(/[^\w.-]+/g, '_');
	return `${base.slice(0, 80) || 'image'}.${extension}`;
};

async function toUrl(
	run: Run,
	itemIndex: number,
	source: ImageSource,
	{ imageTransfer, fileExpiration }: EditOptions,
): Promise<string> {
	if (source.kind === 'url') return source.url;
	const { file, label } = source;
	return await run.transfers(async () => {
		const bytes = await readFile(run.ctx, itemIndex, file);
		const { mimeType, extension } = checkPicture(bytes, label, file);
		if (imageTransfer === 'dataUri') return `data:${mimeType};base64,${bytes.toString('base64')}`;
		const name = uploadName(file, label, extension);
		const options = { expiresIn: fileExpiration, signal: run.signal };
		return await uploadFile(run.connection, { bytes, name, mimeType }, options);
	});
}

/** Reads each file once to check it, so that no call is made for an item of which any file is unfit. */
async function checkFiles(run: Run, itemIndex: number, images: ImageSource[]): Promise<void> {
	for (const source of images) {
		if (source.kind === 'url') continue;
		await run.transfers(async () =>
			checkPicture(await readFile(run.ctx, itemIndex, source.file), source.label, source.file),
		);
	}
}

/**
 * The addresses that fal gets for the images, in their order.
 *
 * @throws InputError for a file that is no whole picture; FalFailure of stage `upload`
 */
export async function imageUrls(
	run: Run,
	itemIndex: number,
	images: ImageSource[],
	options: EditOptions,
): Promise<string[]> {
	// With a single image the check just before its upload is early enough.
	if (images.length > 1) await checkFiles(run, itemIndex, images);
	return await Promise.all(
		images.map(async (source) => await toUrl(run, itemIndex, source, options)),
	);
}
