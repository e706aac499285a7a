import { BlockList, isIP } from 'node:net';

/** What fal's toolkit says of an address before it opens it, in Python's words; nothing for one that it opens. */
export function refusedAddress(text: string): string | undefined {
	if ([...text].some((sign) => sign <= ' ' || sign === '\x7f'))
		return "URL can't contain control characters";
	if ([...text].some((sign) => sign > '\x7f')) return "'ascii' codec can't encode characters";
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !/^https?:$/.test(url.protocol)) return 'unknown url type';
	return isPrivate(url.hostname) ? 'the address is private' : undefined;
}

const blocked = new BlockList();
for (const [net, prefix] of [
	...([
		['0.0.0.0', 8],
		['10.0.0.0', 8],
		['100.64.0.0', 10],
		['127.0.0.0', 8],
	] as const),
	...([
		['169.254.0.0', 16],
		['172.16.0.0', 12],
		['192.168.0.0', 16],
		['224.0.0.0', 3],
	] as const),
])
	blocked.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
	['::', 127],
	['fc00::', 7],
	['fe80::', 10],
	['ff00::', 8],
] as const)
	blocked.addSubnet(net, prefix, 'ipv6');

/** There is no name service here: a name that no public zone has is what fal would not find. */
function isPrivate(hostname: string): boolean {
	const host = hostname.replace(/^\[|\]$/g, '');
	const family = isIP(host);
	if (family > 0) return blocked.check(host, family === 6 ? 'ipv6' : 'ipv4');
	return !host.includes('.') || /\.(local|localhost|internal|lan|home|test)\.?$/.test(host);
}

/** As `urllib` opens a data URI: percent-decoded, then Python's `decodebytes`, which drops what is no base64. */
export function openDataUri(uri: string): Buffer | undefined {
	const comma = uri.indexOf(',');
	if (comma < 0) return undefined;
	const data = Buffer.from(
		uri
			.slice(comma + 1)
			.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
				String.fromCharCode(Number.parseInt(code, 16)),
			),
		'latin1',
	);
	if (!uri.slice(0, comma).endsWith(';base64')) return data;
	const text = data.toString('latin1').replace(/[^A-Za-z0-9+/=]/g, '');
	const isPadded = text.length % 4 === 0 && /^[^=]*={0,2}$/.test(text);
	return isPadded ? Buffer.from(text, 'base64') : undefined;
}
