import { FalFailure } from '../fal/failure';
import type { OpenStream } from '../fal/http/http';
import type { OpenDownload } from '../images/transfer/download';
import { callThroughN8n, type HttpRequest } from './http';

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
				encoding: 'stream',
				sendCredentialsOnCrossOriginRedirect: false,
			},
			deadline,
			signal,
		);
