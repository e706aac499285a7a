import { FalFailure } from '../fal/failure';
import { callThroughN8n, type Headers, type HttpRequest } from './http';

/** Opens an answer that comes in pieces. */
export type OpenStream = (
	request: { url: string; headers: Headers },
	/** ms */
	deadline: number,
	signal: AbortSignal,
) => Promise<AsyncIterable<Buffer>>;

/**
 * A GET through n8n whose answer is read as it comes.
 *
 * @throws FalFailure for no answer or a status that is not 200
 */
export const n8nStream =
	(httpRequest: HttpRequest): OpenStream =>
	async ({ url, headers }, deadline, signal) => {
		const answer = await callThroughN8n(
			httpRequest,
			{ url, method: 'GET', headers, encoding: 'stream', disableFollowRedirect: true },
			deadline,
			signal,
		);
		const body = answer.body as AsyncIterable<Buffer> & { destroy(): void };
		if (answer.status === 200) return body;
		body.destroy();
		throw new FalFailure({ status: answer.status, headers: answer.headers });
	};
