import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'crypto';

/** What a user sends along with an order and gets back with its result. */
export type CallbackData = Record<string, string | number | boolean>;

/** The name under which it travels in the webhook's address. */
export const CALLBACK_PARAMETER = 'callback_data';

/** A key for this purpose only, so that the API key itself signs nothing. */
const signingKey = (apiKey: string) =>
	Buffer.from(hkdfSync('sha256', apiKey, '', 'n8n-nodes-nano-banana-pro callback data', 32));

const sign = (text: string, apiKey: string) =>
	createHmac('sha256', signingKey(apiKey)).update(text).digest();

/**
 * Packs callback data for a webhook's address: the data, a hash of the request's content, and a keyed
 * signature over both, so that neither can be changed nor put together anew on the way.
 *
 * @param content the request as it goes to fal
 */
export function packCallbackData(data: CallbackData, content: unknown, apiKey: string): string {
	const packed = Buffer.from(JSON.stringify(data)).toString('base64url');
	const hash = createHash('sha256').update(JSON.stringify(content)).digest('base64url');
	const signed = `${packed}.${hash.slice(0, 22)}`;
	return `${signed}.${sign(signed, apiKey).toString('base64url')}`;
}

/**
 * @returns the data, or undefined when it was changed or was signed with another API key
 */
export function unpackCallbackData(text: unknown, apiKey: string): CallbackData | undefined {
	const parts = typeof text === 'string' ? /^([\w-]+\.[\w-]{22})\.([\w-]{43})$/.exec(text) : null;
	if (!parts) return undefined;
	const [, signed = '', signature = ''] = parts;
	const [given, right] = [Buffer.from(signature, 'base64url'), sign(signed, apiKey)];
	if (!timingSafeEqual(given, right)) return undefined;
	const packed = Buffer.from(signed.split('.')[0]!, 'base64url').toString();
	return JSON.parse(packed) as CallbackData;
}

/** The webhook's address with the packed data in it; what the address holds already stays as it is. */
export function withCallbackData(webhookUrl: string, packed: string): string {
	const [address = '', ...fragment] = webhookUrl.split('#');
	const joint = address.includes('?') ? '&' : '?';
	return [`${address}${joint}${CALLBACK_PARAMETER}=${packed}`, ...fragment].join('#');
}
