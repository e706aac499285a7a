import { createServer, type IncomingMessage } from 'node:http';
import { NotSeen, type Live } from './live';

/** A callback as it came. */
export interface Delivery {
	headers: IncomingMessage['headers'];
	body: Buffer;
	/** ms since 1970 */
	at: number;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
	return Buffer.concat(chunks);
}

/** Takes callbacks: the first is answered 503, to see it come again. */
const receiverOf = async (live: Live) =>
	await live.once('receiver', async () => {
		const { webhook } = live.place;
		if (!webhook) throw new NotSeen('needs --webhook <public address of a port of this machine>');
		const deliveries: Delivery[] = [];
		const server = createServer((request, response) => {
			void readBody(request).then((body) => {
				deliveries.push({ headers: request.headers, body, at: Date.now() });
				response.writeHead(deliveries.length === 1 ? 503 : 200).end();
			});
		});
		await new Promise<void>((resolve, reject) =>
			server.once('error', reject).listen(webhook.port, resolve),
		);
		live.atEnd(async () => server.close());
		return deliveries;
	});

/** What makes fal call back at the end of an edit; nothing where it cannot reach us. */
export async function webhookQuery(live: Live): Promise<string> {
	const { webhook } = live.place;
	if (!webhook) return '';
	await receiverOf(live);
	return `?fal_webhook=${encodeURIComponent(webhook.address)}`;
}

/** The callbacks once there are so many of them, or whatever came in the time. */
export async function deliveries(live: Live, count: number): Promise<Delivery[]> {
	const came = await receiverOf(live);
	await live.until(
		async () => (came.length >= count ? true : undefined),
		live.place.patience.callback,
	);
	return came;
}
