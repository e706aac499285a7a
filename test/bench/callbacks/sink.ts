import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** ms in which deliveries are counted */
export const WINDOW = 5_000;

/** From when to when n8n was down, in ms since 1970. */
export type Outage = [from: number, to: number];

/** What stands behind the trigger: notes when each request came. */
export class Sink {
	private readonly server: Server;
	readonly arrivals = new Map<string, number>();

	constructor() {
		this.server = createServer((request, response) => {
			const id = new URL(request.url ?? '/', 'http://sink').searchParams.get('id') ?? '';
			if (!this.arrivals.has(id)) this.arrivals.set(id, Date.now());
			request.resume();
			response.end('{}');
		});
	}

	async start(): Promise<string> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	stop(): void {
		this.server.closeAllConnections();
		this.server.close();
	}

	/** Arrivals a second, by windows that lie wholly between the first and the last; undefined while n8n was down. */
	rates(outages: Outage[]): Array<number | undefined> {
		const times = [...this.arrivals.values()].sort((a, b) => a - b);
		const [first = 0, last = 0] = [times[0], times.at(-1)];
		const windows = Array.from({ length: Math.floor((last - first) / WINDOW) }, (_, at) => {
			const from = first + at * WINDOW;
			return { from, to: from + WINDOW };
		});
		return windows.map(({ from, to }) => {
			if (outages.some(([down, up]) => down < to && up > from)) return undefined;
			return (times.filter((time) => time >= from && time < to).length * 1_000) / WINDOW;
		});
	}
}
