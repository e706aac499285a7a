import { createHash, createPublicKey, verify, type KeyObject } from 'crypto';
import { attempt } from '../../flow/attempt';
import { pause } from '../../flow/pause';
import { RecentMap } from '../../flow/recentMap';
import { KEY_SET, TRIGGERS_KEPT } from '../../limits';
import { FalFailure } from '../failure';
import type { FalConnection } from '../http/client';

/** A callback as it came over the wire. */
interface RawCallback {
	/** names in lower case */
	headers: Record<string, unknown>;
	/** the raw bytes: a body that was parsed and written again has another hash */
	body: Buffer;
}

/** What fal has signed, and how. */
export interface Signed {
	message: Buffer;
	signature: Buffer;
	/** when, by fal's clock, in ms since 1970 */
	time: number;
}

const HEADERS = ['request-id', 'user-id', 'timestamp', 'signature'].map(
	(name) => `x-fal-webhook-${name}`,
);

/**
 * Takes the signature off a callback, by the rules of fal's page on webhooks: the first three headers
 * and the body's SHA-256 in lower-case hex, joined by line feeds, are what is signed.
 *
 * @returns undefined when a header is missing or malformed
 */
export function readSigned({ headers, body }: RawCallback): Signed | undefined {
	const values = HEADERS.map((name) => headers[name]);
	if (!values.every((value): value is string => typeof value === 'string' && value !== ''))
		return undefined;
	const [requestId, userId, timestamp, signature] = values as [string, string, string, string];
	if (!/^\d{1,12}$/.test(timestamp) || !/^[0-9a-f]{128}$/i.test(signature)) return undefined;
	const hash = createHash('sha256').update(body).digest('hex');
	return {
		message: Buffer.from([requestId, userId, timestamp, hash].join('\n')),
		signature: Buffer.from(signature, 'hex'),
		time: Number(timestamp) * 1_000,
	};
}

export const isSignedBy = ({ message, signature }: Signed, keys: KeyObject[]): boolean =>
	keys.some((key) => verify(null, message, key, signature));

function readKey(entry: unknown): KeyObject[] {
	const { x } = Object(entry) as { x?: unknown };
	if (typeof x !== 'string' || Buffer.from(x, 'base64url').length !== 32) return [];
	return [createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })];
}

/** The Ed25519 keys of a key set (`{ keys: [{ x }] }`); entries of another kind are passed over. */
export function readKeySet(body: unknown): KeyObject[] {
	const { keys } = Object(body) as { keys?: unknown };
	return Array.isArray(keys) ? keys.flatMap(readKey) : [];
}

const KEY_SET_URL = 'https://rest.fal.ai/.well-known/jwks.json';

/** One fetch of fal's keys. */
interface KeySet {
	/** ms since 1970 */
	askedAt: number;
	keys: KeyObject[];
}

/** What a process knows of fal's keys, by one way that leads to them. */
interface Way {
	kept?: KeySet;
	/** when they were asked for last, as ms since 1970 */
	askedAt: number;
	/** the fetch that waits until it may be sent */
	next?: Promise<KeySet>;
	/** the fetch that was sent last, until it has ended */
	sent?: Promise<KeySet>;
}

const ways = new RecentMap<string, Way>(TRIGGERS_KEPT);

async function askFor({ fetch, proxyUrl, key }: FalConnection): Promise<Response> {
	const { deadline } = KEY_SET;
	// The keys are public: fal itself is asked without ours.
	const direct = async () => await fetch(KEY_SET_URL, { deadline });
	if (!proxyUrl) return await direct();
	const headers = { 'x-fal-target-url': KEY_SET_URL, Authorization: `Key ${key}` };
	const asked = await attempt(async () => await fetch(proxyUrl, { headers, deadline }));
	if ('value' in asked) return asked.value;
	// fal's own proxy (server-proxy 1.2.1) lets this address through to nobody and says 400.
	const refused = asked.error instanceof FalFailure && (asked.error.facts.status ?? 0) === 400;
	if (refused) return await direct();
	throw asked.error;
}

async function fetchKeys(way: Way, connection: FalConnection): Promise<KeySet> {
	const { askedAt } = way;
	const keys = readKeySet(await (await askFor(connection)).json());
	if (keys.length === 0) throw new FalFailure({ unusable: 'the key set holds no key' });
	way.kept = { askedAt, keys };
	return way.kept;
}

async function inItsTurn(way: Way, connection: FalConnection): Promise<KeySet> {
	await pause(way.askedAt + KEY_SET.pause - Date.now());
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
async function askAnew(way: Way, connection: FalConnection): Promise<KeySet> {
	way.next ??= inItsTurn(way, connection);
	return await way.next;
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
	const cameAt = Date.now();
	const way = ways.obtain(connection.proxyUrl ?? '', () => ({ askedAt: 0 }));
	const isFresh = way.kept !== undefined && way.kept.askedAt > cameAt - KEY_SET.kept;
	const asked = isFresh ? way.kept! : (way.sent ?? askAnew(way, connection));
	const { keys, askedAt } = await asked;
	if (fits(keys)) return keys;
	if (askedAt >= cameAt) return undefined;
	const renewed = await askAnew(way, connection);
	return fits(renewed.keys) ? renewed.keys : undefined;
}
