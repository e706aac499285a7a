import { attempt } from '../../flow/attempt';
import { callTo, type FalConnection, type PlatformPart } from '../http/client';
import { during, FalFailure, isPassing } from '../failure';
import { isShutOut, speakerOf } from '../speaker';

const PLATFORM_URL = 'https://api.fal.ai/v1/models/';

export interface PlatformLimits {
	signal?: AbortSignal;
	/** ms for the call */
	deadline?: number;
	/** bytes of the answer */
	largest?: number;
}

interface PlatformAnswer {
	/** JSON */
	body: unknown;
	/** fal's clock, in ms since 1970 */
	clock?: number;
}

/** Whether there is no access, for this key, at this proxy, or past what stands between: asking again gives the same. */
export const isNoAccess = (error: unknown): boolean =>
	error instanceof FalFailure && (isShutOut(error.facts) || !isPassing(error.facts));

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
	limits: PlatformLimits,
): Promise<PlatformAnswer> {
	const { fetch, refused } = connection;
	const { url, headers } = callTo(connection, PLATFORM_URL + path, 'application/json');
	const look = async (): Promise<PlatformAnswer> => {
		const response = await fetch(url, { headers, ...limits });
		const clock = Date.parse(response.headers.get('date') ?? '');
		return { body: await response.json(), ...(clock && { clock }) };
	};
	const asked = await attempt(async () => await during(part, look));
	if ('value' in asked) return asked.value;
	const { error } = asked;
	if (error instanceof FalFailure && isNoAccess(error)) refused?.set(part, speakerOf(error.facts));
	throw error;
}
