import ipaddr from 'ipaddr.js';

/**
 * An address in its parts; undefined where the text is none. Not by `URL.canParse`: in Node 20, once that was
 * called some thousand times, it takes an address with an umlaut in its host for none (seen in 20.20.2).
 */
export function parsedUrl(text: string, base?: string): URL | undefined {
	try {
		return new URL(text, base);
	} catch {
		return undefined;
	}
}

const API_HOSTS = ['queue.fal.run', 'fal.run', 'rest.fal.ai', 'api.fal.ai'];

const withoutQuery = ({ origin, pathname }: URL) => origin + pathname;

/**
 * Whether the key may go to `url`: fal's API hosts over https, or the credential's own proxy.
 * Media and upload addresses are not among them; they need no key and would only learn it.
 */
export function mayCarryKey(url: string, proxyUrl?: string): boolean {
	const target = parsedUrl(url);
	if (!target) return false;
	const proxy = parsedUrl(proxyUrl ?? '');
	if (proxy && withoutQuery(proxy) === withoutQuery(target)) return true;
	return target.protocol === 'https:' && API_HOSTS.includes(target.hostname);
}

/** Endings that no public name has. */
const PRIVATE_NAME =
	/(^|\.)(local|localhost|localdomain|internal|intranet|private|corp|lan|home|home\.arpa|test|invalid)$/;

/** Whether an address in numbers is one of a host on the internet; of one that holds an IPv4 address, whether that is. */
function isPublicAddress(text: string): boolean {
	const address = ipaddr.process(text);
	const range = address.range();
	if (range !== 'rfc6052') return range === 'unicast';
	return ipaddr.fromByteArray(address.toByteArray().slice(12)).range() === 'unicast';
}

/**
 * Whether an address can be one that fal reaches: not this machine, not a network of its own, not a bare
 * name. The host must be as `URL` writes it, which knows every way to write 127.0.0.1.
 */
export function isPublicHost(hostname: string): boolean {
	const host = hostname.replace(/\.$/, '');
	const numbers = host.replace(/^\[(.*)\]$/, '$1');
	if (ipaddr.isValid(numbers)) return isPublicAddress(numbers);
	return host.includes('.') && !PRIVATE_NAME.test(host);
}

/** Whether an address is a data URI, which holds the file itself. */
export const isDataUri = (url: string): boolean => /^data:/i.test(url);

const percentDecoded = (text: string) =>
	text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** The bytes inside a data URI: base64 of either alphabet, with or without padding and line breaks, or percent-encoded text. Never throws; broken text gives broken bytes. */
export function bytesOfDataUri(url: string): Buffer {
	const comma = url.indexOf(',');
	const data = percentDecoded(url.slice(comma + 1));
	const isBase64 = /;\s*base64\s*$/i.test(url.slice(0, Math.max(comma, 0)));
	return isBase64 ? Buffer.from(data.replace(/\s+/g, ''), 'base64') : Buffer.from(data, 'latin1');
}
