import type { IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';
import { FalFailure } from '../fal/failure';
import type { Fetch, Headers, LazyBody } from '../fal/http/http';
import { CALL_DEADLINE } from '../limits';
import { callThroughN8n, type Answer, type HttpRequest } from './http';

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

function parsed(bytes: Buffer): unknown {
	const text = bytes.toString('utf8');
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

function asResponse({ status, headers, body }: Answer): Response {
	const bytes = Buffer.from(body as Buffer);
	if (status < 200 || status > 299) {
		throw new FalFailure({ status, headers, body: parsed(bytes) });
	}
	if (headers['content-type']?.includes('json') && typeof parsed(bytes) === 'string') {
		throw new FalFailure({ status, headers, unusable: 'the answer is cut short or not JSON' });
	}
	return new Response(status === 204 ? null : bytes, { status, headers });
}

/** Closes a stream that was not read to its end, so that no file stays open. */
const close = (body: unknown) => (body as { destroy?: () => void } | undefined)?.destroy?.();

/**
 * A `fetch` for fal's client. It throws for every answer that is not a success, so that the
 * client's own retries, which would repeat a paid submit, never run; fal/submit.ts decides what is repeated.
 *
 * @throws FalFailure for no answer, a status outside 2xx, or a JSON answer that is not JSON
 */
export function n8nFetch(httpRequest: HttpRequest): Fetch {
	return async (url, { method = 'GET', headers, body, signal, deadline = CALL_DEADLINE } = {}) => {
		if (!/^https?:/.test(url))
			throw new FalFailure({ unusable: 'the answer named no web address' });
		const sent = await asSent(body, headers);
		const request: IHttpRequestOptions = {
			url,
			method: method as IHttpRequestMethods,
			...sent,
			encoding: 'arraybuffer',
			// A redirect would take the key, or a paid submit, to an address that fal's client did not name.
			disableFollowRedirect: true,
		};
		try {
			return asResponse(await callThroughN8n(httpRequest, request, deadline, signal));
		} finally {
			close(sent.body);
		}
	};
}
