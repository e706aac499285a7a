import { createHash, createPublicKey, verify, type KeyObject } from 'crypto';
import { WEBHOOK_CLOCK_SKEW } from '../../limits';

/** A callback as it came over the wire. */
export interface Callback {
	/** names in lower case */
	headers: Record<string, unknown>;
	/** the raw bytes: a body that was parsed and written again has another hash */
	body: Buffer;
}

/** What fal has signed, and how. */
export interface Signed {
	message: Buffer;
	signature: Buffer;
}

const HEADERS = ['request-id', 'user-id', 'timestamp', 'signature'].map(
	(name) => `x-fal-webhook-${name}`,
);

/**
 * Takes the signature off a callback, by the rules of fal's page on webhooks: the first three headers
 * and the body's SHA-256 in lower-case hex, joined by line feeds, are what is signed.
 *
 * @param now ms since 1970
 * @returns undefined when a header is missing or malformed, or when its time is more than 300 s off
 */
export function readSigned({ headers, body }: Callback, now: number): Signed | undefined {
	const values = HEADERS.map((name) => headers[name]);
	if (!values.every((value): value is string => typeof value === 'string' && value !== ''))
		return undefined;
	const [requestId, userId, timestamp, signature] = values as [string, string, string, string];
	if (!/^\d{1,12}$/.test(timestamp) || !/^[0-9a-f]{128}$/i.test(signature)) return undefined;
	if (Math.abs(now - Number(timestamp) * 1_000) > WEBHOOK_CLOCK_SKEW) return undefined;
	const hash = createHash('sha256').update(body).digest('hex');
	return {
		message: Buffer.from([requestId, userId, timestamp, hash].join('\n')),
		signature: Buffer.from(signature, 'hex'),
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
