import { parsedUrl } from './parsedUrl';

const API_HOSTS = ['queue.fal.run', 'fal.run', 'rest.fal.ai', 'api.fal.ai'];

const addressOf = ({ origin, pathname }: URL) => origin + pathname;

/**
 * Whether the key may go to `url`: fal's API hosts over https, or the credential's own proxy.
 * Media and upload addresses are not among them; they need no key and would only learn it.
 */
export function mayCarryKey(url: string, proxyUrl?: string): boolean {
	const target = parsedUrl(url);
	if (!target) return false;
	const proxy = parsedUrl(proxyUrl ?? '');
	if (proxy && addressOf(proxy) === addressOf(target)) return true;
	return target.protocol === 'https:' && API_HOSTS.includes(target.hostname);
}
