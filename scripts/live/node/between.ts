import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OrderName } from '../live';
import { nameIn } from '../orders';
import { NotWithinBudget } from '../purse';
import { idOf, type Request, type Wire } from '../wire';

/** An order that went through. */
export interface Passed {
	name?: OrderName;
	requestId?: string;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
	const text = Buffer.concat(chunks).toString('utf8');
	return text === '' ? undefined : JSON.parse(text);
}

/** fal's own headers, and what is wanted; the key is the wire's. */
const passedOn = ({ headers }: IncomingMessage): Request['headers'] =>
	Object.fromEntries(
		Object.entries(headers).flatMap(([name, value]) =>
			/^(accept|x-fal-(?!target-url).*)$/.test(name) && typeof value === 'string'
				? [[name, value]]
				: [],
		),
	);

/** Stands between n8n and fal, as the credential's proxy: the budget holds for the node too. */
export class Between {
	readonly orders: Passed[] = [];
	/** why an order was not passed on */
	refusal?: string;
	private loses = false;
	private readonly server = createServer((request, response) => {
		this.pass(request, response).catch((error: unknown) => this.fail(error, response));
	});

	constructor(private readonly wire: Wire) {}

	async start(): Promise<this> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return this;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/fal`;
	}

	/** fal will take the next order, and nobody will hear of it. */
	loseNextAnswer(): void {
		this.loses = true;
	}

	private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const target = String(request.headers['x-fal-target-url']);
		const body = await bodyOf(request);
		const sent = { method: request.method, headers: passedOn(request), body };
		if (/\/stream(\?|$)/.test(target)) return await this.passStream(target, sent, response);
		const isOrder = request.method === 'POST' && target.startsWith('https://queue.fal.run/');
		const { status, headers, bytes, json } = await this.wire.call(target, sent);
		if (isOrder) {
			const { prompt } = Object(body) as { prompt?: unknown };
			this.orders.push({ name: nameIn(prompt), requestId: idOf({ json, headers }) });
			const isLost = this.loses;
			this.loses = false;
			if (isLost) return void response.destroy();
		}
		const { 'content-encoding': _, 'transfer-encoding': __, ...kept } = headers;
		response.writeHead(status, { ...kept, 'content-length': String(bytes.length) }).end(bytes);
	}

	private async passStream(target: string, sent: Request, response: ServerResponse): Promise<void> {
		const gone = new AbortController();
		response.on('close', () => gone.abort());
		const answer = await this.wire.open(target, { ...sent, signal: gone.signal });
		const type = answer.headers.get('content-type') ?? 'text/plain';
		response.writeHead(answer.status, { 'content-type': type });
		for await (const chunk of answer.body ?? []) response.write(chunk);
		response.end();
	}

	private fail(error: unknown, response: ServerResponse): void {
		if (!(error instanceof NotWithinBudget)) return void response.destroy();
		this.refusal = error.message;
		const detail = JSON.stringify({ detail: error.message });
		response.writeHead(402, { 'content-type': 'application/json' }).end(detail);
	}
}
