import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { attempt } from '../flow/attempt';
import { BLOCKED_BY_N8N, FalFailure } from '../fal/failure';
import type { Headers } from '../fal/http/http';

/** n8n's `helpers.httpRequest`: with it the instance's proxy, TLS and address rules hold, which Node's own fetch ignores. */
export type HttpRequest = (options: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

export interface Answer {
	status: number;
	headers: Headers;
	body: unknown;
}

function lowerCaseNames(headers: unknown): Headers {
	const entries = Object.entries((headers ?? {}) as Record<string, unknown>);
	return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** n8n's protection of the inner network says so by the error's name only, some levels down. */
function isBlockedByN8n(error: unknown): boolean {
	for (let one = error as Error | undefined; one; one = one.cause as Error | undefined)
		if (/^Ssrf/.test(one.name)) return true;
	return false;
}

/** The network's own word for what went wrong; the rest of the error is dropped, since it holds the request with the key. */
function networkCode(error: unknown, deadline: AbortSignal): string {
	if (deadline.aborted) return 'TIMEOUT';
	if (isBlockedByN8n(error)) return BLOCKED_BY_N8N;
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
 * Runs one HTTP call through n8n, whatever status comes back.
 *
 * @param deadline ms for the whole call, a streamed body included
 * @throws FalFailure when there is no answer; the signal's reason when that was aborted
 */
export async function callThroughN8n(
	httpRequest: HttpRequest,
	options: IHttpRequestOptions,
	deadline: number,
	signal?: AbortSignal | null,
): Promise<Answer> {
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
	if ('error' in call) {
		signal?.throwIfAborted();
		throw new FalFailure({ network: networkCode(call.error, limit) });
	}
	const { statusCode, headers, body } = call.value;
	return { status: statusCode, headers: lowerCaseNames(headers), body };
}
