import { attempt } from '../../flow/attempt';
import type { FalConnection, PlatformPart } from '../http/client';
import { during, FalFailure, isPassing } from '../failure';

const ADDRESS = 'https://api.fal.ai/v1/models/';

export interface PlatformLimits {
	signal?: AbortSignal;
	/** ms for the call */
	deadline?: number;
}

export interface PlatformAnswer {
	/** JSON */
	body: unknown;
	/** fal's clock, in ms since 1970 */
	clock?: number;
}

/** Whether this key, or the proxy before fal, gives no access: asking again would give the same. */
export const isNoAccess = (error: unknown): boolean =>
	error instanceof FalFailure && error.facts.status !== undefined && !isPassing(error.facts);

/**
 * One look into fal's Platform API. Where there is no access to it, the connection remembers that, so
 * that it can be said once.
 *
 * @param path behind `/v1/models/`, with its query
 * @returns the answer's JSON
 * @throws FalFailure of the part's stage; the signal's reason
 */
export async function askPlatform(
	connection: FalConnection,
	part: PlatformPart,
	path: string,
	limits: PlatformLimits = {},
): Promise<PlatformAnswer> {
	const { key, proxyUrl, fetch, refused } = connection;
	const address = ADDRESS + path;
	const headers = {
		Accept: 'application/json',
		Authorization: `Key ${key}`,
		...(proxyUrl && { 'x-fal-target-url': address }),
	};
	const look = async (): Promise<PlatformAnswer> => {
		const response = await fetch(proxyUrl ?? address, { headers, ...limits });
		const clock = Date.parse(response.headers.get('date') ?? '');
		return { body: await response.json(), ...(clock && { clock }) };
	};
	const asked = await attempt(async () => await during(part, look));
	if ('value' in asked) return asked.value;
	if (isNoAccess(asked.error)) refused?.add(part);
	throw asked.error;
}
