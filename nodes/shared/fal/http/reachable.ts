/** Networks that no one on the internet reaches, by their first numbers and how many bits of them count. */
const PRIVATE_V4: Array<[number[], bits: number]> = [
	[[0], 8],
	[[10], 8],
	[[100, 64], 10],
	[[127], 8],
	[[169, 254], 16],
	[[172, 16], 12],
	[[192, 0, 0], 24],
	[[192, 168], 16],
	[[198, 18], 15],
	[[224], 3],
];

const PRIVATE_V6: Array<[group: number, bits: number]> = [
	[0xfc00, 7],
	[0xfe80, 9],
	[0xff00, 8],
];

/** Endings that no public name has. */
const PRIVATE_NAME =
	/(^|\.)(local|localhost|localdomain|internal|intranet|private|corp|lan|home|home\.arpa|test|invalid)$/;

const asNumber = (parts: number[]) =>
	[0, 1, 2, 3].reduce((sum, index) => sum * 256 + (parts[index] ?? 0), 0);

const isPrivateV4 = (address: number) =>
	PRIVATE_V4.some(([net, bits]) => {
		const size = 2 ** (32 - bits);
		return Math.floor(address / size) === Math.floor(asNumber(net) / size);
	});

/** The eight numbers of an IPv6 address as a URL writes it: in hex, the longest run of zeros left out. */
function groupsOf(address: string): number[] {
	const [front = '', back] = address.split('::');
	const numbers = (text: string) =>
		text === '' ? [] : text.split(':').map((group) => parseInt(group, 16));
	const [before, after] = [numbers(front), numbers(back ?? '')];
	return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function isPrivateV6(address: string): boolean {
	const groups = groupsOf(address);
	const [first = 0] = groups;
	const last = groups[6]! * 65_536 + groups[7]!;
	// The last 32 bits are an IPv4 address there.
	const holdsV4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
	const isNat64 = first === 0x64 && groups[1] === 0xff9b;
	if (holdsV4 || isNat64) return isPrivateV4(last);
	const isNobody = groups.slice(0, 7).every((group) => group === 0) && last <= 1;
	return isNobody || PRIVATE_V6.some(([net, bits]) => first >> (16 - bits) === net >> (16 - bits));
}

/**
 * Whether an address can be one that fal reaches: not this machine, not a network of its own, not a bare
 * name. The host must be as `URL` writes it, which knows every way to write 127.0.0.1.
 */
export function isPublicHost(hostname: string): boolean {
	const host = hostname.replace(/\.$/, '');
	if (host.startsWith('[')) return !isPrivateV6(host.slice(1, -1));
	if (/^\d+(\.\d+){3}$/.test(host)) return !isPrivateV4(asNumber(host.split('.').map(Number)));
	return host.includes('.') && !PRIVATE_NAME.test(host);
}
