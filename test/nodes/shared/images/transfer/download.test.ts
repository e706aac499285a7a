import { get, type IncomingMessage } from 'node:http';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { downloadImage, type Store } from '../../../../../nodes/shared/images/transfer/download';
import { BUFFER_POOL } from '../../../../../nodes/shared/limits';
import type { HttpRequest } from '../../../../../nodes/shared/n8n/http';
import { n8nDownload } from '../../../../../nodes/shared/n8n/fetch';
import { startEmulator, type Emulator } from '../../../../emulator';
import { Caller } from '../../../../emulator/testCaller';
import { makeImage, sha256 } from '../../../../support/images';

let fal: Emulator;
beforeAll(async () => {
	fal = await startEmulator();
});
afterAll(async () => await fal.close());

const request = async ({ url }: IHttpRequestOptions) => {
	const body = await new Promise<IncomingMessage>((resolve) => get(url, resolve));
	return { statusCode: body.statusCode ?? 0, headers: body.headers, body };
};

it('loses nothing of a large image while the store is not ready yet', async () => {
	const bytes = Buffer.concat([await makeImage(), Buffer.alloc(3 * BUFFER_POOL.file, 7)]);
	const url = await new Caller(fal).upload(bytes);
	let stored: Buffer = Buffer.alloc(0);
	const prepareBinaryData = async (body: AsyncIterable<Buffer>) => {
		// Meanwhile as much of the image arrives as is taken.
		for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
		const chunks: Buffer[] = [];
		for await (const chunk of body) chunks.push(chunk);
		stored = Buffer.concat(chunks);
		return { data: '', mimeType: 'image/png' };
	};
	const ctx = { helpers: { prepareBinaryData } } as unknown as Store['ctx'];
	const openDownload = n8nDownload(request as unknown as HttpRequest);
	expect((await downloadImage({ ctx, openDownload }, url, 'big')).size).toBe(bytes.length);
	expect(sha256(stored)).toBe(sha256(bytes));
});

it('downloads again when n8n has kept less than there is', async () => {
	const bytes = await makeImage();
	const url = await new Caller(fal).upload(bytes);
	const kept = [bytes.length - 1, bytes.length];
	const prepareBinaryData = async (body: AsyncIterable<Buffer>) => {
		for await (const chunk of body) expect(chunk.length).toBeGreaterThan(0);
		return { data: '', mimeType: 'image/png', bytes: kept.shift() };
	};
	const ctx = { helpers: { prepareBinaryData } } as unknown as Store['ctx'];
	const openDownload = n8nDownload(request as unknown as HttpRequest);
	const { binary } = await downloadImage({ ctx, openDownload }, url, 'small');
	expect(binary.bytes).toBe(bytes.length);
	expect(kept).toEqual([]);
});
