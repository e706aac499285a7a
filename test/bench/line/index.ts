import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Delay, type Way } from './delay';

export interface LineOptions {
	/** ms from a byte to its answer */
	roundTrip: number;
	/** megabits a second, each way; without it, as fast as this machine */
	megabits?: number;
	/** the port on this machine that plays the hosts */
	port: number;
	hosts: string[];
}

const wayOf = ({ roundTrip, megabits }: LineOptions): Way => ({
	ms: roundTrip / 2,
	rate: megabits && (megabits * 1_000_000) / 8 / 1_000,
	freeAt: 0,
});

/** Carries what comes out of one socket to another, to its end also where the sender is gone by then. */
function carry(from: Socket, to: Socket, way: Way): void {
	// Two timers a chunk would be work for this machine and no delay.
	if (way.ms === 0 && !way.rate) from.pipe(to);
	else from.pipe(new Delay(way)).pipe(to);
	to.on('close', () => from.destroy());
}

/**
 * The way from this machine to fal: a proxy for `HTTPS_PROXY` that makes each connection, and each byte of
 * it, as late as a line of that length does. Where the proxy itself stands costs nothing.
 *
 * @returns its address
 */
export async function startLine(options: LineOptions): Promise<string> {
	const { roundTrip, port, hosts } = options;
	const [there, back] = [wayOf(options), wayOf(options)];
	const server = createServer((_request, response) => response.writeHead(501).end());
	server.on('connect', (request, client: Socket) => {
		const host = request.url?.replace(/:443$/, '') ?? '';
		if (!hosts.includes(host)) return void client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
		client.setNoDelay(true);
		const target = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
		for (const [one, other] of [
			[client, target],
			[target, client],
		] as const)
			one.on('error', () => other.destroy());
		// To connect takes a round trip of its own.
		setTimeout(() => {
			client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			carry(client, target, there);
			carry(target, client, back);
		}, roundTrip);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
