import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { attempt } from '../../flow/attempt';
import { bytesOfDataUri, isDataUri, parsedUrl } from '../../fal/http/addresses';
import { during, FalFailure, named } from '../../fal/failure';
import { MAX_IMAGE_BYTES, TRANSFER_DEADLINE } from '../../limits';
import { parsedBody, refusalOf, type OpenDownload } from '../../fal/http/http';
import { ImageScan, readImage, type ImageFacts, type ImageKind } from '../inspect/image';
import { withRetries } from '../../fal/http/retries';
import { readInto, type BufferPool } from './bufferPool';

export interface StoredImage extends ImageFacts {
	fileName: string;
	binary: IBinaryData;
}

/** Where images come from and go to. */
export interface Store {
	ctx: Pick<IExecuteFunctions, 'helpers'>;
	openDownload: OpenDownload;
	/** for images that are small enough to be held whole */
	buffers?: BufferPool;
	signal?: AbortSignal;
}

type Body = Awaited<ReturnType<IExecuteFunctions['helpers']['getBinaryStream']>>;

const unusable = (unusable: string) => new FalFailure({ unusable });

/** What came in place of an image, with as much of it as tells whether it is a page. */
const noImage = (bytes: Buffer) =>
	unusable('the downloaded file is not an image').with({
		status: 200,
		body: parsedBody(bytes.toString('utf8', 0, 16_384)),
	});

const CUT_SHORT = 'the downloaded image is incomplete';

/**
 * Reads as much of a body as tells what image it is, and puts it back.
 *
 * @throws FalFailure when it is none
 */
async function peek(body: Body): Promise<ImageKind> {
	const scan = new ImageScan();
	const read: Buffer[] = [];
	const iterator = body.iterator({ destroyOnReturn: false });
	for await (const chunk of iterator as AsyncIterable<Buffer>) {
		read.push(chunk);
		scan.push(chunk);
		if (scan.kind || scan.isNone) break;
	}
	if (!scan.kind) throw noImage(Buffer.concat(read));
	for (const chunk of read.reverse()) body.unshift(chunk);
	return scan.kind;
}

/** What was looked at and what n8n has kept must be the same; n8n before 2.13 does not say how much that is. */
function stored(binary: IBinaryData, facts: ImageFacts, fileName: string): StoredImage {
	if ((binary.bytes ?? facts.size) !== facts.size) throw unusable(CUT_SHORT);
	return { ...facts, fileName, binary };
}

/** Passes a body on to n8n's store while its image is checked. */
async function storeStream({ ctx }: Store, body: Body, baseName: string): Promise<StoredImage> {
	const { extension, mimeType } = await peek(body);
	const fileName = `${baseName}.${extension}`;
	const scan = new ImageScan();
	const checked = body.map((chunk: Buffer) => {
		scan.push(chunk);
		if (scan.size > MAX_IMAGE_BYTES)
			throw unusable(`the file is larger than ${MAX_IMAGE_BYTES / 2 ** 20} MB`).with({
				lasting: true,
			});
		return chunk;
	});
	const binary = await ctx.helpers.prepareBinaryData(checked, fileName, mimeType);
	const facts = scan.finish();
	if (!facts?.whole) throw unusable(CUT_SHORT);
	return stored(binary, facts, fileName);
}

async function storeBytes(
	{ ctx }: Store,
	bytes: Buffer,
	facts: ImageFacts,
	baseName: string,
): Promise<StoredImage> {
	const fileName = `${baseName}.${facts.extension}`;
	const binary = await ctx.helpers.prepareBinaryData(bytes, fileName, facts.mimeType);
	return stored(binary, facts, fileName);
}

/** There was more than the answer's length had promised, as where a proxy has packed the body. */
class MoreThanPromised extends Error {}

/** Holds an image whole that is known to be small. */
async function storeHeld(
	store: Store,
	body: Body,
	baseName: string,
	buffer: Buffer,
): Promise<StoredImage> {
	const bytes = await readInto(buffer, body as AsyncIterable<Buffer>);
	if (!bytes) throw new MoreThanPromised();
	const facts = readImage(bytes);
	if (!facts) throw noImage(bytes);
	if (!facts.whole) throw unusable(CUT_SHORT);
	return await storeBytes(store, bytes, facts, baseName);
}

async function storeChecked(
	store: Store,
	body: Body,
	baseName: string,
	promised: number,
): Promise<StoredImage> {
	const buffer = promised > 0 ? store.buffers?.acquire(promised) : undefined;
	if (!store.buffers || !buffer) return await storeStream(store, body, baseName);
	const held = await attempt(async () => await storeHeld(store, body, baseName, buffer));
	if ('value' in held) store.buffers.release(buffer);
	else store.buffers.discard(buffer);
	if ('error' in held) throw held.error;
	return held.value;
}

/** What a disk says that is not to be written to: no second download changes that. */
const IS_LASTING = /^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|EMFILE|ENFILE|EIO)$/;

const codeOf = (error: unknown) => String((Object(error) as { code?: unknown }).code);

/** The image came, and n8n's store did not keep it; a database or a bucket may do so the next time. */
class NotKept extends FalFailure {
	constructor(readonly own: unknown) {
		const lasting = IS_LASTING.test(codeOf(own)) || undefined;
		super({ unusable: 'n8n could not store the file', lasting });
	}
}

/** What has failed: the way from fal, as the body tells, or n8n's store. */
function reasonOf(error: unknown, { errored }: Body): FalFailure {
	if (error instanceof FalFailure) return error;
	const isBroken = errored !== null || codeOf(error) === 'ERR_STREAM_PREMATURE_CLOSE';
	return isBroken ? unusable('the download broke off') : new NotKept(error);
}

async function downloadOnce(store: Store, url: string, baseName: string): Promise<StoredImage> {
	const answer = await store.openDownload(url, TRANSFER_DEADLINE, store.signal);
	const { status, headers } = answer;
	const body = answer.body as unknown as Body;
	try {
		if (status < 200 || status > 299) throw await refusalOf(answer);
		const promised = headers['content-encoding'] ? 0 : Number(headers['content-length'] ?? 0);
		const stored = await attempt(async () => await storeChecked(store, body, baseName, promised));
		if ('value' in stored) return stored.value;
		store.signal?.throwIfAborted();
		if (stored.error instanceof MoreThanPromised)
			return await downloadOnce({ ...store, buffers: undefined }, url, baseName);
		throw reasonOf(stored.error, body);
	} finally {
		body.destroy();
	}
}

/** An image inside its address, as `sync_mode` gives it: `data:image/png;base64,…`. */
async function storeDataUri(store: Store, url: string, baseName: string): Promise<StoredImage> {
	const bytes = bytesOfDataUri(url);
	const facts = readImage(bytes);
	if (!facts?.whole) throw unusable('the image in the answer is incomplete');
	return await storeBytes(store, bytes, facts, baseName);
}

/**
 * Brings the image behind an address that fal gave into n8n's store; its bytes decide the type and
 * the name's ending. The edit is already paid, so a download that fails or is cut short is made again;
 * one that is not whole is never passed on.
 *
 * @param baseName the file's name without an ending
 * @throws FalFailure of stage `download`; n8n's own error where it cannot keep a file; the signal's reason
 * after a stop
 */
export async function downloadImage(
	store: Store,
	url: string,
	baseName: string,
): Promise<StoredImage> {
	if (isDataUri(url))
		return await during('download', async () => await storeDataUri(store, url, baseName));
	if (!/^https?:$/.test(parsedUrl(url)?.protocol ?? ''))
		throw unusable('the address of the image is not a web address').with({ stage: 'download' });
	const fetchOnce = async () => await downloadOnce(store, url, baseName);
	const fetched = await attempt(async () => await withRetries(fetchOnce, store.signal));
	if ('value' in fetched) return fetched.value;
	if (fetched.error instanceof NotKept) throw fetched.error.own;
	throw named(fetched.error, 'download');
}
