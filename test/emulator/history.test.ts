import { startEmulator, type Emulator } from './index';
import { app, Caller, endpoint, inlineImage } from './testCaller';

let emulator: Emulator;
let fal: Caller;
let image: string;

beforeAll(async () => {
	emulator = await startEmulator({ latency: 5, image: 'tiny' });
	fal = new Caller(emulator);
	image = await inlineImage();
});
afterEach(() => {
	emulator.reset();
	Object.assign(emulator.settings, { historyDelay: 0, payloadRetention: Infinity });
});
afterAll(() => emulator.close());

const edit = (more: Record<string, unknown> = {}) => ({
	prompt: 'make it blue',
	image_urls: [image],
	...more,
});

const HISTORY = 'api.fal.ai/v1/models/requests/by-endpoint';

async function history(query = '', headers = {}) {
	const path = `${HISTORY}?endpoint_id=${endpoint}${query}`;
	const { status, body } = await fal.call('GET', path, undefined, headers);
	const { items = [], ...page } = body as { items?: Array<Record<string, unknown>> };
	return { status, items, body, ...(page as { next_cursor?: string; has_more?: boolean }) };
}

const ids = ({ items }: { items: Array<Record<string, unknown>> }) =>
	items.map(({ request_id }) => request_id);

describe('the request history', () => {
	it('lists requests, newest first, with payloads where they are asked for', async () => {
		await fal.edit(edit());
		await fal.edit(edit({ num_images: 9 }));
		const [good, bad] = emulator.jobs;
		const plain = await history();
		expect(ids(plain)).toEqual([bad?.id, good?.id]);
		expect(plain).toMatchObject({ status: 200, has_more: false, next_cursor: null });
		expect(plain.items[1]).toMatchObject({ endpoint_id: endpoint, status_code: 200 });
		expect(plain.items[1]).not.toHaveProperty('json_input');
		const { items } = await history('&expand=payloads');
		expect(items[1]).toMatchObject({ json_input: edit(), json_output: { description: '' } });
		expect(items[0]).toMatchObject({ status_code: 422 });
	});

	it('gives pages', async () => {
		for (let at = 0; at < 3; at++) await fal.edit(edit());
		const first = await history('&limit=2');
		expect(first).toMatchObject({ has_more: true, items: { length: 2 } });
		const second = await history(`&limit=2&cursor=${first.next_cursor}`);
		expect(second).toMatchObject({ has_more: false, items: { length: 1 } });
		expect(new Set([...ids(first), ...ids(second)]).size).toBe(3);
	});

	it('chooses by time, status and request', async () => {
		await fal.edit(edit());
		await fal.edit(edit({ num_images: 9 }));
		const [good, bad] = emulator.jobs;
		const between = new Date(bad!.submittedAt).toISOString();
		expect(ids(await history(`&start=${between}`))).toEqual([bad?.id]);
		expect(ids(await history(`&end=${between}`))).toEqual([good?.id]);
		expect(ids(await history('&status=success'))).toEqual([good?.id]);
		expect(ids(await history('&status=user_error'))).toEqual([bad?.id]);
		expect(ids(await history(`&request_id=${good?.id}`))).toEqual([good?.id]);
	});

	it('has 24 hours without a start, 90 days for one request, and payloads for 30', async () => {
		await fal.edit(edit());
		const [job] = emulator.jobs;
		job!.submittedAt -= 31 * 24 * 3_600_000;
		emulator.settings.payloadRetention = 30 * 24 * 3_600_000;
		expect(ids(await history())).toEqual([]);
		const [item] = (await history(`&request_id=${job?.id}&expand=payloads`)).items;
		expect(item).toMatchObject({ request_id: job?.id });
		expect(item).not.toHaveProperty('json_output');
	});

	it('keeps nothing of sync_mode and of X-Fal-Store-IO: 0', async () => {
		await fal.edit(edit({ sync_mode: true }));
		await fal.edit(edit(), { 'x-fal-store-io': '0' });
		for (const item of (await history('&expand=payloads')).items)
			expect(item).not.toHaveProperty('json_input');
	});

	it('lists late when it is told to', async () => {
		emulator.settings.historyDelay = 60_000;
		await fal.edit(edit());
		await fal.edit(edit({ prompt: 'at once [listed: 0]' }));
		expect((await history()).items).toHaveLength(1);
		emulator.settings.historyDelay = 0;
		await fal.edit(edit({ prompt: 'not at all [listed: never]' }));
		expect((await history()).items).toHaveLength(2);
	});

	it('lists some later than others, out of order, and with equal times when it is told to', async () => {
		const settings = { historyDelay: [0, 60_000], historyDisorder: 0, historyGrain: 3_600_000 };
		Object.assign(emulator.settings, settings);
		for (let at = 0; at < 12; at++) await fal.edit(edit());
		const { items } = await history();
		expect(items).toHaveLength(6);
		const hours = items.map(({ ended_at }) => new Date(String(ended_at)).getTime() % 3_600_000);
		expect(hours).toEqual(items.map(() => 0));
		const inOrder = ids(await history());
		Object.assign(emulator.settings, { historyDisorder: 60_000, historyGrain: 1 });
		expect(ids(await history())).not.toEqual(inOrder);
		expect(ids(await history()).sort()).toEqual(inOrder.sort());
		Object.assign(emulator.settings, { historyDelay: 0, historyDisorder: 0 });
	});

	it("shows no other account's requests", async () => {
		emulator.settings.keys.push('other:key');
		await fal.edit(edit());
		expect(ids(await history('', { authorization: 'Key other:key' }))).toEqual([]);
	});

	it.each([
		['limit=101', 400],
		['limit=0', 400],
		['start=yesterday', 400],
		['status=failed', 400],
		['request_id=12345678', 400],
		['expand=everything', 400],
		['sort_by=sent_at', 400],
		['cursor=next', 400],
		[`endpoint_id=${app}`, 404],
	])('refuses %s with %i', async (query, status) => {
		const reply = await history(`&${query}`);
		expect(reply.status).toBe(status);
		expect(reply.body.error).toHaveProperty('message');
	});

	it('wants a key', async () => {
		const reply = await history('', { authorization: 'Key wrong:key' });
		expect(reply).toMatchObject({ status: 401, body: { error: { type: 'authorization_error' } } });
	});
});

describe('what the Platform API sends', () => {
	const price = `api.fal.ai/v1/models/pricing?endpoint_id=${endpoint}`;

	it('is packed with brotli for who takes it', async () => {
		const plain = await fal.call('GET', price, undefined, { 'accept-encoding': 'identity' });
		const small = await fal.call('GET', price, undefined, { 'accept-encoding': 'br' });
		expect(plain.headers.get('content-encoding')).toBeNull();
		expect(small.headers.get('content-encoding')).toBe('br');
		expect(small.body).toEqual(plain.body);
	});

	it.each([
		[{ num_images: 3 }, '3'],
		[{ num_images: 2, resolution: '4K' }, '4'],
		[{ enable_web_search: true }, '1.1'],
	])('counts the units of %j as %s in the header of the result', async (fields, units) => {
		const { headers } = await fal.edit(edit(fields));
		expect(headers.get('x-fal-billable-units')).toBe(units);
		expect(String(emulator.jobs[0]?.units)).toBe(units);
	});
});
