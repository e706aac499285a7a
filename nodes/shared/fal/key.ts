const API_HOSTS = ['queue.fal.run', 'fal.run', 'rest.fal.ai', 'api.fal.ai'];

const addressOf = (url: string) => {
	const { origin, pathname } = new URL(url);
	return origin + pathname;
};

/**
 * Whether the key may go to `url`: fal's API hosts over https, or the credential's own proxy.
 * Media and upload addresses are not among them; they need no key and would only learn it.
 */
export function mayCarryKey(url: string, proxyUrl?: string): boolean {
	if (!URL.canParse(url)) return false;
	const { protocol, hostname } = new URL(url);
	if (proxyUrl && URL.canParse(proxyUrl) && addressOf(proxyUrl) === addressOf(url)) return true;
	return protocol === 'https:' && API_HOSTS.includes(hostname);
}
