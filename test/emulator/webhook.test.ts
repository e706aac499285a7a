import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { until } from '../support/until';
import { startEmulator, type Emulator } from './index';
import { Caller, inlineImage } from './testCaller';

interface Delivery {
	headers: IncomingHttpHeaders;
	raw: Buffer;
}

let emulator: Emulator;
let fal: Caller;
let deliveries: Delivery[] = [];
let answers: number[] = [];

const receiver = createServer((request, response) => {
	const chunks: Buffer[] = [];
	request.on('data', (chunk: Buffer) => chunks.push(chunk));
	request.on('end', () => {
		deliveries.push({ headers: request.headers, raw: Buffer.concat(chunks) });
		response.writeHead(answers.shift() ?? 200).end();
	});
});

beforeAll(async () => {
	emulator = await startEmulator({ latency: 5, image: 'tiny', webhookBackoff: [5, 5, 5] });
	fal = new Caller(emulator);
	await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
	emulator.reset();
	deliveries = [];
	answers = [];
});
afterAll(async () => {
	await emulator.close();
	receiver.closeAllConnections();
	receiver.close();
});

async function deliver(prompt: string): Promise<Record<string, unknown>> {
	const { port } = receiver.address() as AddressInfo;
	const hook = encodeURIComponent(`http://127.0.0.1:${port}/hook?secret=1`);
	const { body } = await fal.submit(
		{ prompt, image_urls: [await inlineImage()] },
		{},
		`?fal_webhook=${hook}`,
	);
	const job = emulator.jobs.find(({ id }) => id === body.request_id);
	await until(() => job?.webhookEndedAt !== undefined);
	return JSON.parse(deliveries[0]?.raw.toString() ?? '{}') as Record<string, unknown>;
}

async function isSigned(delivery: Delivery | undefined): Promise<boolean> {
	if (!delivery) return false;
	const { headers, raw } = delivery;
	const { body } = await fal.call('GET', 'rest.fal.ai/.well-known/jwks.json');
	const x = (body.keys as JsonWebKey[])[0]?.x;
	const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
	const named = ['request-id', 'user-id', 'timestamp'].map((name) =>
		String(headers[`x-fal-webhook-${name}`]),
	);
	const message = [...named, createHash('sha256').update(raw).digest('hex')].join('\n');
	return verify(
		null,
		Buffer.from(message),
		key,
		Buffer.from(String(headers['x-fal-webhook-signature']), 'hex'),
	);
}

it('posts the result, signed', async () => {
	const body = await deliver('a cat');
	expect(body).toMatchObject({
		status: 'OK',
		payload: { images: [{ content_type: 'image/png' }] },
	});
	expect(await isSigned(deliveries[0])).toBe(true);
	expect(emulator.jobs[0]?.webhookDeliveries).toMatchObject([{ statusCode: 200 }]);
});

it('posts a refusal', async () => {
	const body = await deliver('[fault: model=content_policy_violation] a cat');
	expect(body).toMatchObject({
		status: 'ERROR',
		error: 'Invalid status code: 422',
		payload: { detail: [{}] },
	});
});

it('tries again until it is taken, but not after a redirect', async () => {
	answers = [500, 503];
	await deliver('a cat');
	expect(deliveries).toHaveLength(3);
	deliveries = [];
	answers = [302];
	await deliver('a dog');
	expect(deliveries).toHaveLength(1);
});

it('errs when told to', async () => {
	expect(await deliver('[fault: webhook=payload-null] a cat')).toMatchObject({
		status: 'OK',
		payload: null,
	});
	deliveries = [];
	await deliver('[fault: webhook=bad-signature] a cat');
	expect(await isSigned(deliveries[0])).toBe(false);
	deliveries = [];
	await deliver('[fault: webhook=twice] a cat');
	expect(deliveries).toHaveLength(2);
});
