import { createFalClient } from '@fal-ai/client';
import sharp from 'sharp';

import { hold } from '../support/hold';
import { startEmulator, type Emulator } from './index';
import { endpoint, testImage } from './testCaller';

let emulator: Emulator;

beforeAll(async () => {
	emulator = await startEmulator({ latency: 0 });
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const client = (credentials = emulator.key) =>
	createFalClient({ credentials, proxyUrl: { url: emulator.proxyUrl, when: 'always' } });

it("serves fal's own client from the upload to the download", async () => {
	const fal = client();
	const file = new File([new Uint8Array(await testImage())], 'cat.png', { type: 'image/png' });
	const url = await fal.storage.upload(file, { lifecycle: { expiresIn: '1h' } });
	const states: string[] = [];
	const held = hold();
	emulator.faults.add({ stage: 'queue', kind: 'latency', until: held.until });
	const { data, requestId } = await fal.subscribe(endpoint, {
		input: { prompt: 'make it blue', image_urls: [url] },
		pollInterval: 10,
		logs: true,
		onQueueUpdate: ({ status }) => {
			states.push(status);
			if (status === 'IN_PROGRESS') held.release();
		},
	});
	const image = data.images[0] ?? { url: '' };
	const bytes = Buffer.from(await (await fetch(image.url)).arrayBuffer());
	expect(await sharp(bytes).metadata()).toMatchObject({
		format: 'png',
		width: 1264,
		height: 848,
	});
	expect(requestId).toBe(emulator.jobs[0]?.id);
	expect(states).toEqual(expect.arrayContaining(['IN_PROGRESS', 'COMPLETED']));
	expect(emulator.uploads[0]?.lifecycle).toBe('{"expiration_duration_seconds":3600}');
	expect(emulator.leaks).toEqual([]);
	const proxied = Object.fromEntries(
		emulator.records.map(({ stage, viaProxy }) => [stage, viaProxy]),
	);
	expect(proxied).toEqual({
		initiate: true,
		upload: false,
		submit: true,
		status: true,
		result: true,
		download: false,
	});
});

it('gives the client its errors', async () => {
	const input = { prompt: 'make it blue', image_urls: ['http://10.0.0.1/a.png'] };
	await expect(client('wrong:key').queue.submit(endpoint, { input })).rejects.toMatchObject({
		status: 401,
	});
	const failed = client().subscribe(endpoint, { input, pollInterval: 10 });
	await expect(failed).rejects.toMatchObject({
		name: 'ValidationError',
		status: 422,
		body: { detail: [{ loc: ['body', 'image_urls', 0], type: 'file_download_error' }] },
	});
});

it('shows how the client pays twice when the connection drops after the submit', async () => {
	emulator.faults.add({ stage: 'submit', kind: 'drop-after', times: 1 });
	const input = { prompt: 'make it blue', image_urls: ['http://10.0.0.1/a.png'] };
	await client().queue.submit(endpoint, { input });
	expect(new Set(emulator.jobs.map(({ contentKey }) => contentKey)).size).toBe(1);
	expect(emulator.jobs).toHaveLength(2);
});
