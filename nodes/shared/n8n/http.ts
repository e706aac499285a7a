import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { attempt } from '../flow/attempt';
import { FalFailure } from '../fal/failure';
import type { Headers, OpenAnswer } from '../fal/http/http';
import { networkFacts } from './networkError';

/** n8n's `helpers.httpRequest`: with it the instance's proxy, TLS and address rules hold, which Node's own fetch ignores. */
export type HttpRequest = (options: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

export interface CallLimits {
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
	const facts = limit.aborted ? { network: 'TIMEOUT' } : networkFacts(call.error, options.url);
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
