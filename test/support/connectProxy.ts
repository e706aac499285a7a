import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ConnectProxy {
	/** for `HTTPS_PROXY` */
	url: string;
	/** The hosts that were asked for, in order, with their ports. */
	asked: string[];
	close(): Promise<void>;
}

/** What a proxy says that lets nobody through. */
export interface ProxyRefusal {
	status: number;
	headers?: Record<string, string>;
	body?: string;
}

function refuse(client: Duplex, { status, headers = {}, body = '' }: ProxyRefusal): void {
	const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body) }).map(
		([name, value]) => `${name}: ${value}`,
	);
	client.end([`HTTP/1.1 ${status} Refused`, ...lines, '', body].join('\r\n'));
}

const port443 = /^(.+):443$/;

/**
 * A company's proxy: the only way out of a closed network. What goes through it is TLS, of which it sees
 * the host's name only.
 *
 * @param portOf the port on this machine that plays a host; for others the proxy answers 502
 * @param refusal what it says to everybody in place of letting them through
 */
export async function startConnectProxy(
	portOf: (host: string) => number | undefined,
	refusal?: ProxyRefusal,
): Promise<ConnectProxy> {
	const asked: string[] = [];
	const open = new Set<Duplex>();
	const server = createServer((_request, response) => response.writeHead(501).end());
	server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
		asked.push(request.url ?? '');
		const [, host = ''] = port443.exec(request.url ?? '') ?? [];
		if (refusal) return refuse(client, refusal);
		const port = portOf(host);
		if (port === undefined) return void client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
		const target = connect(port, '127.0.0.1', () => {
			client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			target.write(head);
			client.pipe(target).pipe(client);
		});
		for (const [one, other] of [
			[client, target],
			[target, client],
		] as const) {
			open.add(one);
			one.on('error', () => other.destroy());
			one.on('close', () => {
				open.delete(one);
				other.destroy();
			});
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked,
		close: async () => {
			for (const one of open) one.destroy();
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
