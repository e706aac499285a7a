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
}

/** Opens a file from the start, each time it is called: a stream, or its bytes. */
export type OpenFile = () => Promise<AsyncIterable<Buffer> | Buffer>;

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
