import type { KeyObject } from 'crypto';
import { attempt } from '../flow/attempt';
import type { FalConnection } from './client';
import { FalFailure } from './failure';
import { readKeySet } from './webhookSignature';
import { KEY_SET } from '../limits';

const ADDRESS = 'https://rest.fal.ai/.well-known/jwks.json';

/** What a process knows of fal's keys, by the way that leads to them. */
interface Known {
	keys: KeyObject[];
	/** ms since 1970 */
	fetchedAt: number;
}

const known = new Map<string, Known>();
const underWay = new Map<string, Promise<Known>>();
/** When the keys were asked for again, as ms since 1970. */
let again: number[] = [];

async function askFor({ fetch, proxyUrl, key }: FalConnection): Promise<Response> {
	const { deadline } = KEY_SET;
	// The keys are public: fal itself is asked without ours.
	const direct = async () => await fetch(ADDRESS, { deadline });
	if (!proxyUrl) return await direct();
	const headers = { 'x-fal-target-url': ADDRESS, Authorization: `Key ${key}` };
	const asked = await attempt(async () => await fetch(proxyUrl, { headers, deadline }));
	if ('value' in asked) return asked.value;
	// fal's own proxy (server-proxy 1.2.1) lets this address through to nobody and says 400.
	const refused = asked.error instanceof FalFailure && (asked.error.facts.status ?? 0) === 400;
	if (refused) return await direct();
	throw asked.error;
}

async function fetchKeys(connection: FalConnection): Promise<Known> {
	const keys = readKeySet(await (await askFor(connection)).json());
	if (keys.length === 0) throw new FalFailure({ unusable: 'the key set holds no key' });
	return { keys, fetchedAt: Date.now() };
}

/** One fetch at a time, however many callbacks wait for it. */
async function fetchOnce(way: string, connection: FalConnection): Promise<Known> {
	const running = underWay.get(way) ?? fetchKeys(connection);
	underWay.set(way, running);
	try {
		const fetched = await running;
		known.set(way, fetched);
		return fetched;
	} finally {
		underWay.delete(way);
	}
}

/** Forged callbacks must not make this a machine that floods fal. */
function mayAskAgain(): boolean {
	again = again.filter((time) => time > Date.now() - KEY_SET.again.within);
	if (again.length >= KEY_SET.again.times) return false;
	again.push(Date.now());
	return true;
}

/**
 * The keys with which fal signs callbacks; kept for at most 24 h, as fal's page on webhooks asks.
 *
 * @param fits tells whether the keys are the right ones; if not they are fetched once again, since fal
 * may have changed them meanwhile
 * @returns those that fit, if they do
 * @throws FalFailure when the keys cannot be fetched
 */
export async function fittingKeys(
	connection: FalConnection,
	fits: (keys: KeyObject[]) => boolean,
): Promise<KeyObject[] | undefined> {
	const way = connection.proxyUrl ?? '';
	const kept = known.get(way);
	const isFresh = kept !== undefined && kept.fetchedAt > Date.now() - KEY_SET.kept;
	const { keys } = isFresh ? kept : await fetchOnce(way, connection);
	if (fits(keys)) return keys;
	if (!isFresh || !mayAskAgain()) return undefined;
	const renewed = await fetchOnce(way, connection);
	return fits(renewed.keys) ? renewed.keys : undefined;
}
