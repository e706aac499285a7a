import { createFalClient, type FalClient } from '@fal-ai/client';
import type { Speaker } from '../speaker';
import type { Fetch, Headers, OpenStream } from './http';

/** The endpoint this package is made for. Status, result and cancel live under its first two parts; the client knows. */
export const ENDPOINT = 'fal-ai/nano-banana-pro/edit';

/** Where a request of the endpoint is at fal's queue. */
export const requestUrl = (requestId: string): string =>
	`https://queue.fal.run/${ENDPOINT.split('/').slice(0, 2).join('/')}/requests/${requestId}`;

type CreateOptions = NonNullable<Parameters<typeof createFalClient>[0]>;

/** What fal's Platform API is asked for. */
export type PlatformPart = 'pricing' | 'history';

export interface FalConnection {
	/** `<key id>:<secret>`, checked */
	key: string;
	/** a server-side proxy that speaks the client's proxy protocol */
	proxyUrl?: string;
	fetch: Fetch;
	openStream: OpenStream;
	/** what of fal's Platform API was asked for and may not be read, and who said so */
	refused?: Map<PlatformPart, Speaker>;
}

/** How an address of fal's own is called: through the proxy, where there is one. */
export const callTo = ({ key, proxyUrl }: FalConnection, url: string, accept: string) => ({
	url: proxyUrl ?? url,
	headers: {
		Accept: accept,
		Authorization: `Key ${key}`,
		...(proxyUrl && { 'x-fal-target-url': url }),
	},
});

/** Where fal is reached if not on the web, as an emulator of it: what it has made lies there too. */
export const originOf = ({ proxyUrl }: FalConnection): string | undefined =>
	proxyUrl && new URL(proxyUrl).origin;

/**
 * fal's client for one account. Never the package's shared `fal`: two workflows in one process
 * would share its key.
 *
 * @param limits `signal` ends every call made with this client; for each call, `deadline` is in ms and
 * `largest` the most bytes of its answer
 */
export function falClient(
	{ key, proxyUrl, fetch }: FalConnection,
	limits: { signal?: AbortSignal; deadline?: number; largest?: number } = {},
): FalClient {
	// The client names a signal in every call, also where it has none.
	const limited: Fetch = (url, init) =>
		fetch(url, { ...init, ...limits, signal: limits.signal ?? init?.signal });
	return createFalClient({
		credentials: key,
		// Without `always` the client uses a proxy in browsers only.
		...(proxyUrl && { proxyUrl: { url: proxyUrl, when: 'always' as const } }),
		fetch: limited as typeof fetch & CreateOptions['fetch'],
	});
}

/** A connection that keeps the last answer's headers, and its text unless that may be large: the client drops both. */
export function capturing(connection: FalConnection, withText = true) {
	const captured = {
		...connection,
		last: { text: '', headers: {} as Headers },
		fetch: async (...call: Parameters<Fetch>) => {
			const response = await connection.fetch(...call);
			const text = withText ? await response.clone().text() : '';
			captured.last = { text, headers: Object.fromEntries(response.headers) };
			return response;
		},
	};
	return captured;
}
