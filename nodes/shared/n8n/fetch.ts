import type { IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';
import { FalFailure } from '../fal/failure';
import { speakerOf } from '../fal/speaker';
import {
	parsedBody,
	refusalOf,
	type Fetch,
	type Headers,
	type LazyBody,
	type OpenAnswer,
	type OpenDownload,
	type OpenStream,
} from '../fal/http/http';
import { CALL_DEADLINE, MAX_ANSWER_BYTES } from '../limits';
import { bounded, callThroughN8n, readWhole, type HttpRequest } from './http';

const isLazy = (body: unknown): body is LazyBody =>
	typeof (body as LazyBody | undefined)?.open === 'function';

type Sent = Pick<IHttpRequestOptions, 'headers' | 'body'>;

/** n8n's helper sends a Blob as nothing at all; Buffers and Node's streams go as they are. */
async function asSent(body: unknown, headers: Headers = {}): Promise<Sent> {
	if (body === undefined || body === null) return { headers };
	if (!isLazy(body)) return { headers, body: Buffer.from(String(body)) };
	// Without a length a stream goes out in chunks, which a signed upload address refuses.
	const lengthened = { ...headers, 'Content-Length': String(body.size) };
	return { headers: lengthened, body: (await body.open()) as Sent['body'] };
}

/** @param ofFile whether a file was sent: fal's file hosts speak no JSON */
function asResponse(answer: OpenAnswer, bytes: Buffer, ofFile: boolean): Response {
	const { status, headers } = answer;
	const facts = {
		status,
		headers,
		body: parsedBody(bytes.toString('utf8')),
	};
	if (status < 200 || status > 299) throw new FalFailure(facts);
	if (speakerOf({ ...facts, ...(ofFile && { stage: 'upload' }) }) === 'between')
		throw new FalFailure({ ...facts, unusable: 'the answer is not from fal' });
	if (headers['content-type']?.includes('json') && typeof facts.body === 'string')
		throw new FalFailure({ status, headers, unusable: 'the answer is incomplete or not JSON' });
	return new Response(status === 204 ? null : bytes, { status, headers });
}

/** Closes a stream that was not read to its end, so that no file stays open. */
const close = (body: unknown) => (body as { destroy?: () => void } | undefined)?.destroy?.();

/**
 * A `fetch` for fal's client. It throws for every answer that is not a success of fal's, so that the
 * client's own retries, which would repeat a paid submit, never run; fal/queue/submit.ts decides what is repeated.
 *
 * @throws FalFailure for no answer, a status outside 2xx, a page, a JSON answer that is not JSON, or one that
 * is too large
 */
export function n8nFetch(httpRequest: HttpRequest): Fetch {
	return async (url, init = {}) => {
		const { method = 'GET', headers, body, signal } = init;
		const { deadline = CALL_DEADLINE, largest = MAX_ANSWER_BYTES } = init;
		if (!/^https?:/.test(url))
			throw new FalFailure({ unusable: 'the answer contains no web address' });
		const sent = await asSent(body, headers);
		const request: IHttpRequestOptions = {
			url,
			method: method as IHttpRequestMethods,
			...sent,
			// A redirect would take the key, or a paid submit, to an address that fal's client did not name.
			disableFollowRedirect: true,
		};
		const take = async (answer: OpenAnswer) =>
			asResponse(answer, await readWhole(answer, largest), isLazy(body));
		try {
			return await callThroughN8n(httpRequest, request, { deadline, signal }, take);
		} finally {
			close(sent.body);
		}
	};
}

/**
 * A GET through n8n whose answer is read as it comes.
 *
 * @throws FalFailure for no answer or a status that is not 200
 */
export const n8nStream =
	(httpRequest: HttpRequest): OpenStream =>
	async ({ url, headers }, deadline, signal) =>
		await callThroughN8n(
			httpRequest,
			{ url, method: 'GET', headers, disableFollowRedirect: true },
			{ deadline, signal },
			async (answer) => {
				if (answer.status === 200) return bounded(answer, MAX_ANSWER_BYTES);
				throw await refusalOf(answer);
			},
		);

/** A GET of a public address through n8n: the key is none of its business. */
export const n8nDownload =
	(httpRequest: HttpRequest): OpenDownload =>
	async (url, deadline, signal) =>
		await callThroughN8n(
			httpRequest,
			{
				url,
				method: 'GET',
				// Packed, its length would not be that of the image.
				headers: { 'Accept-Encoding': 'identity' },
				sendCredentialsOnCrossOriginRedirect: false,
			},
			{ deadline, signal },
			(answer) => answer,
		);
