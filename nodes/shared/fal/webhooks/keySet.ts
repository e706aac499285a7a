import type { KeyObject } from 'crypto';
import { attempt } from '../../flow/attempt';
import { orAborted, pause } from '../../flow/pause';
import type { FalConnection } from '../http/client';
import { FalFailure } from '../failure';
import { readKeySet } from './webhookSignature';
import { KEY_SET } from '../../limits';

const ADDRESS = 'https://rest.fal.ai/.well-known/jwks.json';

/** One fetch of fal's keys. */
interface Fetched {
	/** ms since 1970 */
	askedAt: number;
	keys: KeyObject[];
}

/** What a process knows of fal's keys, by one way that leads to them. */
interface Way {
	kept?: Fetched;
	/** when they were asked for last, as ms since 1970 */
	askedAt: number;
	/** the fetch that waits until it may be sent */
	next?: Promise<Fetched>;
	/** the fetch that was sent last, until it has ended */
	sent?: Promise<Fetched>;
}

const ways = new Map<string, Way>();

function wayOf({ proxyUrl = '' }: FalConnection): Way {
	const known = ways.get(proxyUrl) ?? { askedAt: 0 };
	ways.set(proxyUrl, known);
	return known;
}

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

async function fetchKeys(way: Way, connection: FalConnection): Promise<Fetched> {
	const { askedAt } = way;
	const keys = readKeySet(await (await askFor(connection)).json());
	if (keys.length === 0) throw new FalFailure({ unusable: 'the key set holds no key' });
	way.kept = { askedAt, keys };
	return way.kept;
}

async function inItsTurn(way: Way, connection: FalConnection): Promise<Fetched> {
	await pause(way.askedAt + KEY_SET.apart - Date.now());
	way.next = undefined;
	way.askedAt = Date.now();
	const sent = fetchKeys(way, connection);
	way.sent = sent;
	const forget = () => {
		if (way.sent === sent) way.sent = undefined;
	};
	sent.then(forget, forget);
	return await sent;
}

/**
 * The keys as fal gives them from now on. However many callbacks ask, forged ones among them, there is
 * one fetch for all, a while after the last: fal is not flooded, and a genuine callback has its fetch.
 */
async function askAnew(way: Way, connection: FalConnection): Promise<Fetched> {
	way.next ??= inItsTurn(way, connection);
	return await way.next;
}

/**
 * The keys with which fal signs callbacks; kept for at most 24 h, as fal's page on webhooks asks.
 *
 * @param fits tells whether the keys are the right ones; if not they are fetched once again, since fal
 * may have changed them meanwhile
 * @param signal ends the wait for them
 * @returns those that fit, if they do
 * @throws FalFailure when the keys cannot be fetched; the signal's reason
 */
export async function fittingKeys(
	connection: FalConnection,
	fits: (keys: KeyObject[]) => boolean,
	signal?: AbortSignal,
): Promise<KeyObject[] | undefined> {
	const cameAt = Date.now();
	const way = wayOf(connection);
	const isFresh = way.kept !== undefined && way.kept.askedAt > cameAt - KEY_SET.kept;
	const asked = isFresh ? way.kept! : (way.sent ?? askAnew(way, connection));
	const { keys, askedAt } = await orAborted(asked, signal);
	if (fits(keys)) return keys;
	if (askedAt >= cameAt) return undefined;
	const renewed = await orAborted(askAnew(way, connection), signal);
	return fits(renewed.keys) ? renewed.keys : undefined;
}
