import { startEmulator, type Emulator } from './emulator';
import { app, Caller, endpoint, firstType, inlineImage } from './emulator/testCaller';

let emulator: Emulator;
let fal: Caller;
let image: string;

beforeAll(async () => {
	const lockedKeys = {
		'locked:key': 'Exhausted balance. Top up your balance at fal.ai/dashboard/billing',
	};
	emulator = await startEmulator({ latency: 20, image: 'tiny', lockedKeys });
	fal = new Caller(emulator);
	image = await inlineImage();
});
afterEach(() => {
	emulator.reset();
	Object.assign(emulator.settings, {
		latency: 20,
		slots: 40,
		cancelRunning: 'cancel',
		resultRetention: 60_000,
	});
});
afterAll(() => emulator.close());

const edit = (more: Record<string, unknown> = {}) => ({
	prompt: 'make it blue',
	image_urls: [image],
	...more,
});

describe('the input schema', () => {
	it.each<[string, Record<string, unknown>, string]>([
		['no prompt', { prompt: undefined }, 'missing'],
		['a short prompt', { prompt: 'ab' }, 'string_too_short'],
		['a long prompt', { prompt: 'a'.repeat(50_001) }, 'string_too_long'],
		['a prompt that is a number', { prompt: 5 }, 'string_type'],
		['no image list', { image_urls: undefined }, 'missing'],
		['one URL that is no list', { image_urls: 'https://a.example/a.png' }, 'list_type'],
		['no image', { image_urls: [] }, 'sequence_too_short'],
		['15 images', { image_urls: Array(15).fill('https://a.example/a.png') }, 'sequence_too_long'],
		['an image that is an object', { image_urls: [{}] }, 'string_type'],
		['no image wanted', { num_images: 0 }, 'greater_than_equal'],
		['9 images wanted', { num_images: 9 }, 'less_than_equal'],
		['half an image wanted', { num_images: 1.5 }, 'int_type'],
		['a number as text', { num_images: '2' }, 'int_type'],
		['a ratio of another model', { aspect_ratio: '8:1' }, 'literal_error'],
		['jpg', { output_format: 'jpg' }, 'literal_error'],
		['a small k', { resolution: '1k' }, 'literal_error'],
		['safety as a number', { safety_tolerance: 4 }, 'literal_error'],
		['safety 7', { safety_tolerance: '7' }, 'literal_error'],
		['sync_mode as text', { sync_mode: 'true' }, 'bool_type'],
		['web search as a number', { enable_web_search: 1 }, 'bool_type'],
		['limit_generations null', { limit_generations: null }, 'bool_type'],
		['a seed with a fraction', { seed: 0.5 }, 'int_type'],
		['system_prompt as a list', { system_prompt: [] }, 'string_type'],
	])('refuses %s', async (_name, more, type) => {
		const reply = await fal.edit(edit(more));
		expect(reply.status).toBe(422);
		expect(firstType(reply)).toBe(type);
		expect(reply.headers.get('x-fal-billable-units')).toBe('0');
		expect(emulator.jobs[0]).toMatchObject({ billed: false, images: 0 });
	});

	it('gives the error in the form of fal', async () => {
		const reply = await fal.edit(edit({ num_images: 9 }));
		expect(reply.body.detail).toEqual([
			{
				loc: ['body', 'num_images'],
				msg: 'Input should be less than or equal to 4',
				type: 'less_than_equal',
				url: 'https://docs.fal.ai/errors/#less_than_equal',
				ctx: { le: 4 },
				input: 9,
			},
		]);
	});

	it('takes every field at once, and notes the keys it does not know', async () => {
		const all = {
			num_images: 2,
			aspect_ratio: '21:9',
			output_format: 'webp',
			resolution: '4K',
			sync_mode: false,
			limit_generations: false,
			enable_web_search: true,
			safety_tolerance: '6',
			system_prompt: 'be kind',
			seed: 7,
			colour: 'blue',
		};
		const reply = await fal.edit(edit(all));
		expect(reply.status).toBe(200);
		expect(emulator.jobs[0]).toMatchObject({
			unknownKeys: ['colour'],
			billed: true,
			images: 2,
			input: edit(all),
		});
	});

	it.each([
		['http://127.0.0.1:1/a.png', 'file_download_error'],
		['https://public.example/a.png', 'file_download_error'],
		['ftp://public.example/a.png', 'file_download_error'],
		['data:image/png;base64,AAAA', 'image_load_error'],
		[
			`data:image/svg+xml;base64,${Buffer.from('<svg xmlns="x"/>').toString('base64')}`,
			'unsupported_image_format',
		],
		[
			`data:application/pdf;base64,${Buffer.from('%PDF-1.7').toString('base64')}`,
			'unsupported_image_format',
		],
	])('refuses the image %s', async (url, type) => {
		expect(firstType(await fal.edit(edit({ image_urls: [url] })))).toBe(type);
	});
});

describe('keys', () => {
	it.each([
		['Bearer a:b', 401, /Cannot access application/],
		['Key abc', 401, /Invalid Key Authorization header format/],
		['Key  emulator-key:emulator-secret', 401, /Invalid Key Authorization header format/],
		['Key wrong:key', 401, /No user found/],
		['Key locked:key', 403, /^User is locked\. Reason: Exhausted balance/],
	])('refuses a submit with %s', async (authorization, status, text) => {
		const reply = await fal.submit(edit(), { authorization });
		expect(reply.status).toBe(status);
		expect(reply.body.detail).toMatch(text);
		expect(emulator.jobs).toHaveLength(0);
	});

	it('refuses a wrong key on a status, and knows no request without one', async () => {
		const { body } = await fal.submit(edit());
		const path = `queue.fal.run/${app}/requests/${String(body.request_id)}/status`;
		expect(
			(await fal.call('GET', path, undefined, { authorization: 'Key wrong:key' })).status,
		).toBe(401);
		expect((await fal.call('GET', path, undefined, { authorization: '' })).body).toEqual({
			status: 'NOT_FOUND',
		});
	});

	it('proves a key by the price, not by the open list of models', async () => {
		const price = `api.fal.ai/v1/models/pricing?endpoint_id=${endpoint}`;
		const wrong = { authorization: 'Key wrong:key' };
		expect((await fal.call('GET', price)).body.prices).toMatchObject([
			{ unit_price: 0.15, unit: 'images' },
		]);
		expect((await fal.call('GET', price, undefined, wrong)).body.error).toMatchObject({
			type: 'authorization_error',
		});
		expect((await fal.call('GET', 'api.fal.ai/v1/models', undefined, wrong)).status).toBe(200);
	});
});

describe('the proxy', () => {
	const through = (target: string, headers: Record<string, string> = {}, method = 'GET') =>
		fal.call(method, 'proxy', method === 'POST' ? edit() : undefined, {
			'x-fal-target-url': target,
			...headers,
		});

	it.each([
		'',
		'https://api.fal.ai/v1/models/pricing',
		'https://rest.fal.ai/users/current',
		'https://rest.fal.ai/storage/upload/initiate-multipart?storage_type=fal-cdn-v3',
		'https://evil.example/fal.run/',
		'https://evilfal.run/a',
	])('refuses the target %s', async (target) => {
		expect(await through(target)).toMatchObject({ status: 400, body: 'Invalid request' });
	});

	it('passes status codes on, and only headers that start x-fal-', async () => {
		const headers = {
			'x-fal-queue-priority': 'low',
			'x-app-fal-disable-fallback': 'true',
			'x-other': '1',
		};
		const reply = await through(`https://queue.fal.run/${endpoint}`, headers, 'POST');
		expect(reply.status).toBe(200);
		expect(emulator.jobs[0]).toMatchObject({ priority: 'low' });
		expect(emulator.jobs[0]?.headers).not.toHaveProperty('x-app-fal-disable-fallback');
		expect(emulator.jobs[0]?.headers).not.toHaveProperty('x-other');
		expect((await through(`https://queue.fal.run/${app}/requests/none/status`)).status).toBe(404);
		expect(emulator.records.every(({ viaProxy }) => viaProxy)).toBe(true);
	});
});
