import { attempt } from '../../flow/attempt';
import { FalFailure } from '../failure';

/** What this folder needs of HTTP; n8n/ makes it of n8n's own helpers. */

/** Names in lower case. */
export type Headers = Record<string, string>;

/** The part of `fetch` that fal's client uses. */
export type Fetch = (url: string, init?: FetchInit) => Promise<Response>;

export interface FetchInit {
	method?: string;
	headers?: Headers;
	body?: unknown;
	signal?: AbortSignal | null;
	/** ms for the whole call; CALL_DEADLINE when absent */
	deadline?: number;
	/** bytes of the largest answer that is read; MAX_ANSWER_BYTES when absent */
	largest?: number;
}

/** An answer whose body is still to be read. */
export interface OpenAnswer {
	status: number;
	headers: Headers;
	body: AsyncIterable<Buffer> & { destroy(): void };
}

/** Opens a file from the start, each time it is called: a stream, or its bytes. */
export type OpenFile = () => Promise<AsyncIterable<Buffer> | Buffer>;

/** The bytes of an open file as they come. */
export const chunksOf = (
	opened: AsyncIterable<Buffer> | Buffer,
): AsyncIterable<Buffer> | Iterable<Buffer> => (Buffer.isBuffer(opened) ? [opened] : opened);

/** A body that is opened when it is sent, and again when it is sent again. */
export interface LazyBody {
	/** bytes */
	size: number;
	open: OpenFile;
}

/** Opens an answer that comes in pieces. */
export type OpenStream = (
	request: { url: string; headers: Headers },
	/** ms */
	deadline: number,
	signal: AbortSignal,
) => Promise<AsyncIterable<Buffer>>;

/** Opens what stands behind a public address, whatever status comes back; the deadline in ms. */
export type OpenDownload = (
	url: string,
	deadline: number,
	signal?: AbortSignal,
) => Promise<OpenAnswer>;

/** So much of a page tells its title, in bytes. */
const BEGINNING = 16_384;

/** JSON, or else the text itself. */
export function parsedBody(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** The failure that an unwanted status is, with as much of the answer as tells who has given it. */
export async function refusalOf(answer: OpenAnswer): Promise<FalFailure> {
	const { status, headers, body } = answer;
	const chunks: Buffer[] = [];
	const read = async () => {
		let size = 0;
		for await (const chunk of body) {
			chunks.push(chunk);
			if ((size += chunk.length) >= BEGINNING) break;
		}
	};
	// The status says enough where the body breaks off.
	await attempt(read);
	body.destroy();
	const text = parsedBody(Buffer.concat(chunks).toString('utf8'));
	return new FalFailure({ status, headers, body: text });
}
