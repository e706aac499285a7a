import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { until } from '../../support/edit';

export interface Delivery {
	query: Record<string, string>;
	contentType?: string;
	body: Buffer;
}

/** What orders images, and takes whatever is posted to it. */
export class Shop {
	readonly deliveries: Delivery[] = [];
	private readonly server = createServer(async (request, response) => {
		this.deliveries.push(await this.read(request));
		response.end('{"thanks":true}');
	});

	async open(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	private async read(request: IncomingMessage): Promise<Delivery> {
		const { searchParams } = new URL(request.url ?? '', this.url);
		return {
			query: Object.fromEntries(searchParams),
			contentType: request.headers['content-type'],
			body: await buffer(request),
		};
	}

	/** Waits for so many deliveries, and a moment for one too many. */
	async received(count: number): Promise<Delivery[]> {
		await until(() => this.deliveries.length >= count);
		await new Promise((resolve) => setTimeout(resolve, 1_000));
		return this.deliveries;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise<void>((resolve) => this.server.close(() => resolve()));
	}
}
