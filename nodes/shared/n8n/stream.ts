import { refusalOf, type OpenStream } from '../fal/http/http';
import type { OpenDownload } from '../images/transfer/download';
import { MAX_ANSWER_BYTES } from '../limits';
import { bounded, callThroughN8n, type HttpRequest } from './http';

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
