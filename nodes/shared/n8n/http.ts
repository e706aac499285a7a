import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { attempt } from '../flow/attempt';
import { BLOCKED_BY_N8N, FalFailure, type FailureFacts } from '../fal/failure';
import type { Headers, OpenAnswer } from '../fal/http/http';
import { parsedUrl } from '../fal/http/addresses';

/** n8n's `helpers.httpRequest`: with it the instance's proxy, TLS and address rules hold, which Node's own fetch ignores. */
export type HttpRequest = (options: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

interface CallLimits {
	/** ms for the whole call, the body included */
	deadline: number;
	signal?: AbortSignal | null;
}

function lowerCaseNames(headers: unknown): Headers {
	const entries = Object.entries((headers ?? {}) as Record<string, unknown>);
	return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

const asAnswer = ({ statusCode, headers, body }: IN8nHttpFullResponse): OpenAnswer => ({
	status: statusCode,
	headers: lowerCaseNames(headers),
	body: body as unknown as OpenAnswer['body'],
});

/** What Node says of a connection that failed. */
interface NodeError {
	code?: string;
	message?: string;
	cause?: NodeError;
	/** of a name with several addresses, what each attempt has come to */
	errors?: NodeError[];
	hostname?: string;
	address?: string;
	port?: number;
}

/** n8n's protection of the inner network says so by the error's name only, some levels down. */
function isBlockedByN8n(error: unknown): boolean {
	for (let one = error as Error | undefined; one; one = one.cause as Error | undefined)
		if (/^Ssrf/.test(one.name)) return true;
	return false;
}

/** The network's own word for what went wrong. */
function networkCode({ code, cause, message = '' }: NodeError): string {
	// A proxy or TLS failure stands one level down.
	const known = [cause?.code, code].find(
		(one) => typeof one === 'string' && one !== 'ERR_BAD_REQUEST',
	);
	return known ?? (/timeout/i.test(message) ? 'TIMEOUT' : 'NO_ANSWER');
}

const portOf = ({ port, protocol }: URL) => Number(port || (protocol === 'https:' ? 443 : 80));

/**
 * Where a call has ended, if the end that Node names is not the one that was called: at a proxy, or at a name
 * that the call was redirected to.
 */
function otherEndOf(
	{ cause, ...error }: NodeError,
	{ url: called, disableFollowRedirect }: IHttpRequestOptions,
): Pick<FailureFacts, 'proxy' | 'redirectedTo'> {
	const last = cause ?? error;
	const { hostname, address, port } = last.errors?.[0] ?? last;
	const url = parsedUrl(called);
	if (!url || hostname === url.hostname) return {};
	if (hostname) return disableFollowRedirect ? { proxy: hostname } : { redirectedTo: hostname };
	return address && port && port !== portOf(url) ? { proxy: `${address}:${port}` } : {};
}

/**
 * What is known of a call without an answer. All else in n8n's error is dropped, since it holds the request
 * with the key.
 */
function networkFacts(error: unknown, options: IHttpRequestOptions): FailureFacts {
	if (isBlockedByN8n(error)) return { network: BLOCKED_BY_N8N };
	const seen = Object(error) as NodeError;
	return { network: networkCode(seen), ...otherEndOf(seen, options) };
}

/**
 * Runs one HTTP call through n8n, whatever status comes back.
 *
 * @param take makes what is wanted of the answer, within the deadline
 * @throws FalFailure when there is no answer, and what `take` throws; the signal's reason when that was aborted
 */
export async function callThroughN8n<T>(
	httpRequest: HttpRequest,
	options: IHttpRequestOptions,
	{ deadline, signal }: CallLimits,
	take: (answer: OpenAnswer) => T | Promise<T>,
): Promise<T> {
	signal?.throwIfAborted();
	const limit = AbortSignal.timeout(deadline);
	const call = await attempt(async () => {
		const response = await httpRequest({
			...options,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			timeout: deadline,
			abortSignal: signal ? AbortSignal.any([signal, limit]) : limit,
		});
		return await take(asAnswer(response));
	});
	if ('value' in call) return call.value;
	signal?.throwIfAborted();
	if (call.error instanceof FalFailure) throw call.error;
	const facts = limit.aborted ? { network: 'TIMEOUT' } : networkFacts(call.error, options);
	throw new FalFailure(facts);
}

/**
 * Passes a body on as far as it may be long.
 *
 * @param largest bytes
 * @throws FalFailure for a larger one, as soon as that is known
 */
export async function* bounded(
	{ status, headers, body }: OpenAnswer,
	largest: number,
): AsyncGenerator<Buffer> {
	const check = (size: number) => {
		if (size <= largest) return;
		const unusable = `the answer is larger than ${Math.floor(largest / 2 ** 20)} MB`;
		throw new FalFailure({ status, headers, unusable, lasting: true });
	};
	try {
		const promised = Number(headers['content-length'] ?? 0);
		let size = 0;
		// n8n's stream lets go of the connection only once its reading has begun.
		for await (const chunk of body) {
			check(Math.max((size += chunk.length), promised));
			yield chunk;
		}
	} finally {
		body.destroy();
	}
}

/** Reads a body whole; see `bounded`. */
export async function readWhole(answer: OpenAnswer, largest: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of bounded(answer, largest)) chunks.push(chunk);
	return Buffer.concat(chunks);
}
