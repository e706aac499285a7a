import { attempt } from './attempt';
import { FalFailure } from './falFailure';
import { MAX_PICTURE_BYTES, TRANSFER_DEADLINE } from './limits';
import { callThroughN8n, type HttpRequest } from './n8nFetch';
import { withRetries } from './retry';
import { readPicture, type PictureFacts } from './picture';

export interface Picture extends PictureFacts {
	bytes: Buffer;
}

const refuse = (unusable: string) => new FalFailure({ stage: 'download', unusable });

function asPicture(bytes: Buffer): Picture {
	const facts = readPicture(bytes);
	if (!facts) throw refuse('the downloaded file is not a picture');
	if (!facts.whole) throw refuse('the downloaded picture is cut short');
	return { ...facts, bytes };
}

/** Collects a body, within the largest size a picture may have. */
async function collect(body: AsyncIterable<Buffer>, signal: AbortSignal): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body) {
		size += chunk.length;
		if (size > MAX_PICTURE_BYTES)
			throw refuse(`the file is larger than ${MAX_PICTURE_BYTES} bytes`);
		signal.throwIfAborted();
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

async function downloadOnce(httpRequest: HttpRequest, url: string, signal?: AbortSignal) {
	const answer = await callThroughN8n(
		httpRequest,
		// No header of ours: media addresses are public, and the key is none of their business.
		{ url, method: 'GET', encoding: 'stream', sendCredentialsOnCrossOriginRedirect: false },
		TRANSFER_DEADLINE,
		signal,
	);
	const { statusCode: status, headers } = answer;
	const body = answer.body as unknown as AsyncIterable<Buffer> & { destroy?: () => void };
	if (status < 200 || status > 299) {
		body.destroy?.();
		throw new FalFailure({ stage: 'download', status });
	}
	const limit = AbortSignal.timeout(TRANSFER_DEADLINE);
	const read = await attempt(
		async () => await collect(body, signal ? AbortSignal.any([signal, limit]) : limit),
	);
	if ('error' in read) {
		signal?.throwIfAborted();
		throw read.error instanceof FalFailure ? read.error : refuse('the download broke off');
	}
	const bytes = read.value;
	const promised = Number(headers['content-length']);
	if (!headers['content-encoding'] && promised > bytes.length)
		throw refuse('the download is cut short');
	return asPicture(bytes);
}

/** A picture inside its address, as `sync_mode` gives it: `data:image/png;base64,…`. */
function fromDataUri(url: string): Picture {
	const comma = url.indexOf(',');
	const head = url.slice(0, comma);
	const data = url.slice(comma + 1);
	return asPicture(
		Buffer.from(
			head.endsWith(';base64') ? data : decodeURIComponent(data),
			head.endsWith(';base64') ? 'base64' : 'utf8',
		),
	);
}

/**
 * The picture behind an address that fal gave. The edit is already paid, so a download that fails or is
 * cut short is made again; one that is not whole is never passed on.
 *
 * @throws FalFailure of stage `download`; the signal's reason after a stop
 */
export async function fetchPicture(
	httpRequest: HttpRequest,
	url: string,
	signal?: AbortSignal,
): Promise<Picture> {
	if (url.startsWith('data:')) return fromDataUri(url);
	if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
		throw refuse('the address of the image is not a web address');
	}
	return await withRetries(async () => await downloadOnce(httpRequest, url, signal), signal);
}
