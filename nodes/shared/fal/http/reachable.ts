import ipaddr from 'ipaddr.js';

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
