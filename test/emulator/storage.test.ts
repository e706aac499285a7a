import { startEmulator, type Emulator } from './index';
import { Caller, firstType, testImage } from './testCaller';

let emulator: Emulator;
let fal: Caller;

beforeAll(async () => {
	emulator = await startEmulator({ latency: 5, image: 'tiny' });
	fal = new Caller(emulator);
});
afterEach(() => {
	jest.restoreAllMocks();
	emulator.reset();
});
afterAll(() => emulator.close());

const path = 'rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3';
const file = { content_type: 'image/png', file_name: 'my cat.png' };
const initiate = async (where = path, headers = {}) =>
	(await fal.call('POST', where, file, headers)).body;
const put = async (
	url: unknown,
	body: RequestInit['body'],
	headers: Record<string, string> = { 'content-type': 'image/png' },
) => await fetch(String(url), { method: 'PUT', headers, body });

describe('initiate', () => {
	it.each([
		['no key', path, file, { authorization: '' }, 401],
		['a wrong key', path, file, { authorization: 'Key wrong:key' }, 401],
		['no storage type', 'rest.fal.ai/storage/upload/initiate', file, {}, 400],
		['no file name', path, { content_type: 'image/png' }, {}, 422],
		['no content type', path, { ...file, content_type: '' }, {}, 422],
		['a broken lifecycle', path, file, { 'x-fal-object-lifecycle': 'soon' }, 400],
	])('refuses %s', async (_name, where, body, headers, status) => {
		expect((await fal.call('POST', where, body, headers)).status).toBe(status);
	});
});

describe('put', () => {
	it('keeps the bytes, which come back whole or in part', async () => {
		const bytes = await testImage();
		const { upload_url, file_url } = await initiate();
		expect((await fetch(String(file_url))).status).toBe(404);
		expect((await put(upload_url, new Uint8Array(bytes))).status).toBe(200);
		const response = await fetch(String(file_url));
		expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
		expect(response.headers.get('content-type')).toBe('image/png');
		const part = await fetch(String(file_url), { headers: { range: 'bytes=1-3' } });
		expect([part.status, await part.text()]).toEqual([206, 'PNG']);
		const head = await fetch(String(file_url), { method: 'HEAD' });
		expect(head.headers.get('content-length')).toBe(String(bytes.length));
		expect(emulator.uploads[0]).toMatchObject({
			fileName: 'my cat.png',
			size: bytes.length,
			contentType: 'image/png',
		});
	});

	it('is as strict as a presigned URL', async () => {
		const { upload_url } = await initiate();
		const type = { 'content-type': 'image/png' };
		const chunks = new ReadableStream({
			start(stream) {
				stream.enqueue(new Uint8Array(3));
				stream.close();
			},
		});
		const streamed = { method: 'PUT', body: chunks, headers: type, duplex: 'half' };
		expect((await put(upload_url, 'x', { 'content-type': 'image/jpeg' })).status).toBe(403);
		expect((await put(String(upload_url).split('?')[0], 'x')).status).toBe(403);
		expect((await put(upload_url, '')).status).toBe(400);
		expect((await fetch(String(upload_url), streamed as RequestInit)).status).toBe(411);
		emulator.settings.uploadLifetime = -1;
		expect((await put(upload_url, 'x')).status).toBe(403);
		emulator.settings.uploadLifetime = 60_000;
	});

	it('takes a file in parts', async () => {
		const { upload_url, file_url } = await initiate(path.replace('initiate', 'initiate-multipart'));
		const at = (step: string) => String(upload_url).replace('?', `/${step}?`);
		const parts = [];
		for (const [index, text] of ['one ', 'two'].entries()) {
			parts.push((await (await put(at(String(index + 1)), text, {})).json()) as unknown);
		}
		const complete = (list: unknown[]) =>
			fetch(at('complete'), { method: 'POST', body: JSON.stringify({ parts: list }) });
		expect((await complete(parts.slice(0, 1))).status).toBe(400);
		expect((await complete(parts)).status).toBe(200);
		expect(await (await fetch(String(file_url))).text()).toBe('one two');
	});

	it('drops a file when its time is over', async () => {
		const lifecycle = JSON.stringify({ expiration_duration_seconds: 1 });
		const { upload_url, file_url } = await initiate(path, { 'x-fal-object-lifecycle': lifecycle });
		await put(upload_url, new Uint8Array(await testImage()));
		const now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now + 1_001);
		expect(firstType(await fal.edit({ prompt: 'a cat', image_urls: [file_url] }))).toBe(
			'file_download_error',
		);
	});
});

describe('leaks', () => {
	it('are noted wherever a key goes that is not an API', async () => {
		const { upload_url, file_url } = await initiate();
		expect(emulator.leaks).toEqual([]);
		const authorization = `Key ${emulator.key}`;
		expect(
			(await put(upload_url, 'x', { 'content-type': 'image/png', authorization })).status,
		).toBe(400);
		await fetch(String(file_url), { headers: { authorization } });
		await fetch(`${String(file_url)}?key=${encodeURIComponent(emulator.key)}`);
		await fetch(String(file_url), { headers: { 'x-note': emulator.key } });
		expect(emulator.leaks.map(({ stage }) => stage)).toEqual([
			'upload',
			'download',
			'download',
			'download',
		]);
	});

	it('follow a redirect to another host', async () => {
		const url = await fal.upload(await testImage(), 'cat [fault: download=redirect].png');
		expect((await fetch(url)).status).toBe(200);
		expect(emulator.leaks).toEqual([]);
	});
});
