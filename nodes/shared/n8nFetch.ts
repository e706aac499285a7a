import type { IHttpRequestMethods, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { attempt } from './attempt';
import { FalFailure } from './falFailure';
import { CALL_DEADLINE } from './limits';

/** n8n's `helpers.httpRequest`: with it the instance's proxy, TLS and address rules hold, which Node's own fetch ignores. */
export type HttpRequest = (options: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

type Headers = Record<string, string>;

/** The part of `fetch` that fal's client uses. */
export type Fetch = (url: string, init?: FetchInit) => Promise<Response>;

export interface FetchInit {
	method?: string;
	headers?: Headers;
	body?: unknown;
	signal?: AbortSignal | null;
	/** ms for the whole call; CALL_DEADLINE when absent */
	deadline?: number;
}

function lowerCaseNames(headers: unknown): Headers {
	const entries = Object.entries((headers ?? {}) as Record<string, unknown>);
	return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** n8n's helper sends a Blob as nothing at all and a view of a larger buffer whole; Buffers go as they are. */
async function bodyBytes(body: unknown): Promise<Buffer | undefined> {
	if (body === undefined || body === null) return undefined;
	if (body instanceof Blob) return Buffer.from(await body.arrayBuffer());
	return Buffer.isBuffer(body) ? body : Buffer.from(String(body));
}

/** The network's own word for what went wrong; the rest of the error is dropped, since it holds the request with the key. */
function networkCode(error: unknown, deadline: AbortSignal): string {
	if (deadline.aborted) return 'TIMEOUT';
	const { code, cause, message } = error as {
		code?: string;
		cause?: { code?: string };
		message?: string;
	};
	// A proxy or TLS failure stands one level down.
	const known = [cause?.code, code].find(
		(one) => typeof one === 'string' && one !== 'ERR_BAD_REQUEST',
	);
	return known ?? (/timeout/i.test(message ?? '') ? 'TIMEOUT' : 'NO_ANSWER');
}

/**
 * Runs one HTTP call through n8n with a deadline of its own.
 *
 * @throws FalFailure when there is no answer; the signal's reason when that was aborted
 */
export async function callThroughN8n(
	httpRequest: HttpRequest,
	options: IHttpRequestOptions,
	deadline: number,
	signal?: AbortSignal | null,
): Promise<IN8nHttpFullResponse & { headers: Headers }> {
	signal?.throwIfAborted();
	const limit = AbortSignal.timeout(deadline);
	const call = await attempt(
		async () =>
			await httpRequest({
				...options,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				timeout: deadline,
				abortSignal: signal ? AbortSignal.any([signal, limit]) : limit,
			}),
	);
	if ('value' in call) return { ...call.value, headers: lowerCaseNames(call.value.headers) };
	signal?.throwIfAborted();
	throw new FalFailure({ network: networkCode(call.error, limit) });
}

function parsed(bytes: Buffer): unknown {
	const text = bytes.toString('utf8');
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/**
 * A `fetch` for fal's client. It throws for every answer that is not a success, so that the
 * client's own retries, which would repeat a paid submit, never run; falQueue.ts decides what is repeated.
 *
 * @throws FalFailure for no answer, a status outside 2xx, or a JSON answer that is not JSON
 */
export function n8nFetch(httpRequest: HttpRequest): Fetch {
	return async (url, { method = 'GET', headers, body, signal, deadline } = {}) => {
		const answer = await callThroughN8n(
			httpRequest,
			{
				url,
				method: method as IHttpRequestMethods,
				headers,
				body: await bodyBytes(body),
				encoding: 'arraybuffer',
				// A redirect would take the key, or a paid submit, to an address that fal's client did not name.
				disableFollowRedirect: true,
			},
			deadline ?? CALL_DEADLINE,
			signal,
		);
		const bytes = Buffer.from(answer.body as Buffer);
		const { statusCode: status, headers: answered } = answer;
		if (status < 200 || status > 299) {
			throw new FalFailure({ status, headers: answered, body: parsed(bytes) });
		}
		if (answered['content-type']?.includes('json') && typeof parsed(bytes) === 'string') {
			throw new FalFailure({
				status,
				headers: answered,
				unusable: 'the answer is cut short or not JSON',
			});
		}
		return new Response(status === 204 ? null : bytes, { status, headers: answered });
	};
}
