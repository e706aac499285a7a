import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { MAX_ANSWER_BYTES } from '../../../../nodes/shared/limits';
import { n8nFetch } from '../../../../nodes/shared/n8n/fetch';
import { failure, fromFields } from '../../../support/editItems';
import { runNode, useBinaryStore } from '../../../support/engine';
import { storeImage } from '../../../support/images';
import { until } from '../../../support/until';

const block = Buffer.alloc(1024 * 1024, ' ');
const WHOLE = 300 * block.length;

/** A Proxy URL that answers with 300 MB, and of which it is known how much it could send. */
async function flooding(promise: boolean) {
	const sent = { bytes: 0, calls: 0, closed: false };
	const flood = (response: ServerResponse) => {
		if (sent.closed || sent.bytes >= WHOLE) return void response.end();
		sent.bytes += block.length;
		response.write(block, () => flood(response));
	};
	const server = createServer((_, response) => {
		sent.calls += 1;
		response.on('close', () => (sent.closed = true));
		const length = promise ? { 'content-length': WHOLE } : {};
		response.writeHead(200, { 'content-type': 'application/json', ...length });
		flood(response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const close = async () => await new Promise((resolve) => server.close(resolve));
	return { proxyUrl: `http://127.0.0.1:${port}/`, sent, close };
}

beforeAll(async () => await useBinaryStore('default'));

it.each([
	['promised', true],
	['that nobody has promised', false],
])(
	'an answer of 300 MB, %s, is refused before it is held, and not asked for again',
	async (_, promise) => {
		const { proxyUrl, sent, close } = await flooding(promise);
		const { file } = await storeImage();
		const result = await runNode({
			items: [{ json: {}, binary: { file } }],
			credential: { apiKey: 'some-key-id:some-s3cret-half', proxyUrl },
			parameters: { prompt: 'make it blue', images: fromFields('*') },
		});
		const error = failure(result);
		expect(error.message).toBe('fal sent an unusable answer while starting the upload of an image');
		expect(error.description).toContain('the answer is larger than 8 MB');
		await until(() => sent.closed);
		expect(sent.calls).toBe(1);
		// What the sockets of both ends hold besides.
		expect(sent.bytes).toBeLessThan(MAX_ANSWER_BYTES + 32 * block.length);
		await close();
	},
);

describe('an answer that is packed small', () => {
	const packed = { gzip: gzipSync, br: brotliCompressSync };

	it.each(['gzip', 'br'] as const)('counts as large as it is: %s', async (encoding) => {
		const body = packed[encoding](Buffer.alloc(64 * block.length, ' '));
		const server = createServer((_, response) => {
			response.writeHead(200, {
				...{ 'content-type': 'application/json', 'content-encoding': encoding },
				'content-length': body.length,
			});
			response.end(body);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const { file } = await storeImage();
		const result = await runNode({
			items: [{ json: {}, binary: { file } }],
			credential: {
				apiKey: 'some-key-id:some-s3cret-half',
				proxyUrl: `http://127.0.0.1:${port}/`,
			},
			parameters: { prompt: 'make it blue', images: fromFields('*') },
		});
		expect(failure(result).description).toContain('the answer is larger than 8 MB');
		await new Promise((resolve) => server.close(resolve));
	});
});

it('a file is closed where nobody has read it to its end', async () => {
	const file = new PassThrough();
	const fetch = n8nFetch(async () => await Promise.reject(new Error('no connection')));
	const body = { size: 1, open: async () => file };
	await expect(fetch('https://v3.fal.media/upload', { method: 'PUT', body })).rejects.toThrow();
	expect(file.destroyed).toBe(true);
});
