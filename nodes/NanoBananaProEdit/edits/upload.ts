import { createHash } from 'crypto';
import type { IBinaryData } from 'n8n-workflow';
import { attempt } from '../../shared/flow/attempt';
import { uploadFile, type ExpiresIn } from '../../shared/fal/account/storage';
import { originOf } from '../../shared/fal/http/client';
import { chunksOf, type OpenFile } from '../../shared/fal/http/http';
import { opener } from '../../shared/n8n/itemFiles';
import { BUFFER_POOL } from '../../shared/limits';
import { scanImage, type ImageFacts } from '../../shared/images/inspect/image';
import { bufferFile, type BufferedFile } from '../../shared/images/transfer/bufferPool';
import type { Run } from '../../shared/n8n/run';
import { throwIfEnding } from '../../shared/n8n/runItems';
import type { FileSource } from '../parameters/images/files';
import type { ImageSource } from '../parameters/images/images';
import type { EditOptions } from '../parameters/options';
import { requireWhole } from '../parameters/images/lookAtFiles';
import { contentKey, imageKey, keyedName } from '../../shared/requests/fingerprint';
import { requireOpen } from '../parameters/images/urls';

/** An image whose content is known by its hash: the same one is not uploaded twice. */
interface CheckedImage extends ImageFacts {
	sha256: string;
}

/** A file of the item that is known to be a whole image, or an address that is sent as it is. */
type Ready = { url: string } | (CheckedImage & BufferedFile & { name: string });

/** @throws InputError for a file that fal could not use */
async function checkImage(open: OpenFile, source: FileSource): Promise<CheckedImage> {
	const hash = createHash('sha256');
	const image = await scanImage(open, (chunk) => hash.update(chunk));
	return { ...requireWhole(source, image), sha256: hash.digest('hex') };
}

function uploadName(file: IBinaryData, label: string, { extension, sha256 }: CheckedImage): string {
	const base = (file.fileName ?? label).replace(/\.[^.]*$/, '').replace(/[^\w.-]+/g, '_');
	return keyedName(base.slice(0, 80) || 'image', contentKey(sha256), extension);
}

async function getReady(run: Run, itemIndex: number, source: ImageSource): Promise<Ready> {
	if (source.kind === 'url') return source;
	const { file, label } = source;
	const held = await bufferFile(run.buffers, opener(run.ctx, itemIndex, file), file.bytes);
	const checked = await attempt(async () => await checkImage(held.open, source));
	if ('value' in checked)
		return { ...checked.value, ...held, name: uploadName(file, label, checked.value) };
	held.close(true);
	throw checked.error;
}

async function asDataUri(mimeType: string, open: OpenFile): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of chunksOf(await open())) chunks.push(chunk);
	return `data:${mimeType};base64,${Buffer.concat(chunks).toString('base64')}`;
}

/** A file that fal keeps for an hour is used again for half of that, since the request may wait in a queue. */
const HOUR_FILE_REUSE = 30 * 60_000;

/** How long an uploaded file is used again, in ms: an order that waits in fal's queue must still find it. */
const reusableFor = (expiresIn?: ExpiresIn) => (expiresIn === '1h' ? HOUR_FILE_REUSE : undefined);

async function toUrl(run: Run, ready: Ready, options: EditOptions): Promise<string> {
	if ('url' in ready) return ready.url;
	const { open, mimeType, name, size, sha256 } = ready;
	if (options.imageTransfer === 'dataUri') return await asDataUri(mimeType, open);
	const { fileExpiration: expiresIn } = options;
	return await run.uploads.get(
		`${sha256} ${expiresIn}`,
		async () => {
			const file = { open, size, name, type: mimeType };
			return await uploadFile(run.connection, file, { expiresIn, signal: run.signal });
		},
		reusableFor(expiresIn),
	);
}

const closeFile = (ready: Ready, sent: boolean) => 'close' in ready && ready.close(sent);

async function toUrlOnce(run: Run, ready: Ready, options: EditOptions): Promise<string> {
	const made = await attempt(async () => await toUrl(run, ready, options));
	closeFile(ready, 'value' in made);
	if ('error' in made) throw made.error;
	return made.value;
}

/** @throws InputError for the first file that is no whole image; then nothing is sent */
async function getAllReady(run: Run, itemIndex: number, images: ImageSource[]): Promise<Ready[]> {
	const ready: Ready[] = [];
	const all = await attempt(async () => {
		for (const source of images) ready.push(await getReady(run, itemIndex, source));
	});
	if ('value' in all) return ready;
	for (const one of ready) closeFile(one, false);
	throw all.error;
}

/** What n8n says of the files' sizes; where it says nothing, an image is taken for a small one. */
const totalBytes = (images: ImageSource[]) =>
	images.reduce((sum, image) => {
		const { bytes = BUFFER_POOL.file } = image.kind === 'file' ? image.file : { bytes: 0 };
		return sum + bytes;
	}, 0);

/**
 * The addresses that fal gets for the images, in their order. Every file is checked before the first
 * call for the item; an image that this execution has uploaded before is not uploaded again.
 *
 * @throws InputError for a file that is no whole image or an address that has expired; FalFailure of stage `upload`
 */
export async function imageUrls(
	run: Run,
	itemIndex: number,
	images: ImageSource[],
	options: EditOptions,
): Promise<string[]> {
	// Check and upload are one turn: in a queue each, all checks of a batch would come before the first upload.
	return await run.sends.run(totalBytes(images), async () => {
		throwIfEnding(run);
		requireOpen(images);
		const ready = await getAllReady(run, itemIndex, images);
		return await Promise.all(ready.map(async (one) => await toUrlOnce(run, one, options)));
	});
}

/**
 * By what fal's history knows the images, in their order; nothing is sent.
 *
 * @throws InputError for a file that is no whole image
 */
export async function imageKeys(
	run: Run,
	itemIndex: number,
	images: ImageSource[],
): Promise<string[]> {
	return await run.sends.run(totalBytes(images), async () => {
		const ready = await getAllReady(run, itemIndex, images);
		for (const one of ready) closeFile(one, false);
		return ready.map((one) =>
			'url' in one ? imageKey(one.url, originOf(run.connection)) : contentKey(one.sha256),
		);
	});
}
