import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** ms in which deliveries are counted */
export const WINDOW = 5_000;

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

	/** The most and the fewest arrivals a second, by windows that lie wholly between the first and the last. */
	rates(): { best: number; least: number } {
		const times = [...this.arrivals.values()].sort((a, b) => a - b);
		const [first = 0, last = 0] = [times[0], times.at(-1)];
		const counts = Array.from({ length: Math.floor((last - first) / WINDOW) }, () => 0);
		for (const time of times) {
			const at = Math.floor((time - first) / WINDOW);
			if (at < counts.length) counts[at]!++;
		}
		const rates = counts.map((count) => (count * 1_000) / WINDOW);
		return { best: Math.max(0, ...rates), least: Math.min(Infinity, ...rates) };
	}
}
