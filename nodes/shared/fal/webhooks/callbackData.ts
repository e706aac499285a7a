import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'crypto';

/** What a user sends along with a submit and gets back with its result. */
export type CallbackData = Record<string, string | number | boolean>;

/** How a callback comes in: where, and with which request's data. */
export interface Arrival {
	path: string;
	/** none where there is no callback data */
	nonce?: string;
}

/** Callback data as it has come back. */
interface ReturnedData {
	data: CallbackData;
	/** the request's own */
	nonce: string;
}

/** The name under which it travels in the webhook's address. */
export const CALLBACK_PARAMETER = 'callback_data';

/** A key for this purpose only, so that the API key itself signs nothing. */
const signingKey = (apiKey: string) =>
	Buffer.from(hkdfSync('sha256', apiKey, '', 'n8n-nodes-nano-banana-pro callback data', 32));

const sign = (text: string, apiKey: string) =>
	createHmac('sha256', signingKey(apiKey)).update(text).digest();

/**
 * What of a webhook's address is the trigger's own: the last part of its path. What stands before it may
 * be another one for n8n than for fal, behind a proxy.
 */
function endOfPath(path: string): string {
	const end = path.split('/').filter(Boolean).at(-1) ?? '';
	try {
		return decodeURIComponent(end);
	} catch {
		return end;
	}
}

const toBeSigned = (text: string, path: string) => `${text}\n${endOfPath(path)}`;

/**
 * Packs callback data for a webhook's address: the data, a nonce that no other submit has, and a keyed
 * signature over both and the address, so that nothing of it can be changed or used at another trigger.
 */
export function packCallbackData(data: CallbackData, webhookUrl: string, apiKey: string): string {
	const packed = Buffer.from(JSON.stringify(data)).toString('base64url');
	const text = `${packed}.${randomBytes(16).toString('base64url')}`;
	const signed = toBeSigned(text, new URL(webhookUrl).pathname);
	return `${text}.${sign(signed, apiKey).toString('base64url')}`;
}

/**
 * @param path where the callback has come in
 * @returns undefined when the data was changed, or signed with another API key or for another address
 */
export function unpackCallbackData(
	text: unknown,
	path: string,
	apiKey: string,
): ReturnedData | undefined {
	const parts = typeof text === 'string' ? /^([\w-]+\.[\w-]{22})\.([\w-]{43})$/.exec(text) : null;
	if (!parts) return undefined;
	const [, signed = '', signature = ''] = parts;
	const expected = sign(toBeSigned(signed, path), apiKey);
	if (!timingSafeEqual(Buffer.from(signature, 'base64url'), expected)) return undefined;
	const [packed = '', nonce = ''] = signed.split('.');
	const data = JSON.parse(Buffer.from(packed, 'base64url').toString()) as CallbackData;
	return { data, nonce };
}

/** How a callback to this address will come in. */
export function arrivalAt(webhookUrl: string): Arrival {
	const { pathname: path, searchParams } = new URL(webhookUrl);
	return { path, nonce: searchParams.get(CALLBACK_PARAMETER)?.split('.')[1] };
}

/** Whether two come in at the same address with the same data. */
export const areSame = (one: Arrival, other: Arrival): boolean =>
	endOfPath(one.path) === endOfPath(other.path) && one.nonce === other.nonce;

/** The webhook's address with the packed data in it; what the address holds already stays as it is. */
export function withCallbackData(webhookUrl: string, packed: string): string {
	const [address = '', ...fragment] = webhookUrl.split('#');
	const joint = address.includes('?') ? '&' : '?';
	return [`${address}${joint}${CALLBACK_PARAMETER}=${packed}`, ...fragment].join('#');
}
