import { EmulatorClient, startEmulator, type Emulator } from './index';
import { Caller, firstImage, firstType, inlineImage } from './testCaller';

let emulator: Emulator;
let fal: Caller;
let image: string;

beforeAll(async () => {
	emulator = await startEmulator({ latency: 5, image: 'tiny' });
	fal = new Caller(emulator);
	image = await inlineImage();
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const edit = (prompt: string) => fal.edit({ prompt, image_urls: [image] });
const submit = (prompt: string) => fal.submit({ prompt, image_urls: [image] });

describe('faults on the submit', () => {
	it.each([
		['drop-before', 0],
		['drop-during', 0],
		['drop-after', 1],
		['half-answer', 1],
		['broken-json', 1],
	])('%s makes %i jobs', async (kind, jobs) => {
		await expect(submit(`[fault: submit=${kind}] cat`)).rejects.toThrow();
		expect(emulator.jobs).toHaveLength(jobs);
	});

	it.each([
		['503', 503, 0],
		['502-html', 502, 0],
		['500-list', 500, 0],
		['429-retry', 429, 0],
		['504 taken', 504, 1],
		['no-request-id', 200, 1],
	])('%s answers %i after %i jobs', async (kind, status, jobs) => {
		const reply = await submit(`[fault: submit=${kind}] cat`);
		expect(reply.status).toBe(status);
		expect(reply.body).not.toHaveProperty('request_id');
		expect(emulator.jobs).toHaveLength(jobs);
	});

	it('says so when a fault is misspelt', async () => {
		expect(await submit('[fault: submit=dorp-after] cat')).toMatchObject({ status: 500 });
		expect(() => emulator.faults.add({ stage: 'status', kind: 'nothing' })).toThrow('no fault');
	});
});

describe('faults on the way to the result', () => {
	it.each([
		['result=422-policy', 422, 'content_policy_violation'],
		['model=refusal-422', 422, 'invalid_request'],
		['result=no_media_generated', 422, 'no_media_generated'],
		['model=generation_timeout', 504, 'generation_timeout'],
	])('%s is stored as %i', async (fault, status, type) => {
		const reply = await edit(`[fault: ${fault}] cat`);
		expect(reply.status).toBe(status);
		expect(firstType(reply)).toBe(type);
	});

	it('shows a failure of the platform in the status, a refusal not', async () => {
		const broken = (await submit('[fault: status=completed-error] cat')).body.request_id;
		expect((await fal.completed(broken)).body.error_type).toBe('runner_server_error');
		const refusedId = (await submit('[fault: result=refusal-422] cat')).body.request_id;
		expect((await fal.completed(refusedId)).body).not.toHaveProperty('error');
	});

	it('fails as often as it was told, counted for each request', async () => {
		for (let round = 0; round < 2; round += 1) {
			const id = (await submit('[fault: status=500 x2] cat')).body.request_id;
			const codes = [];
			for (let call = 0; call < 3; call += 1)
				codes.push((await fal.about(id, '/status')).status >= 500);
			expect(codes).toEqual([true, true, false]);
		}
	});

	it('answers oddly', async () => {
		expect((await edit('[fault: result=empty-images] cat')).body.images).toEqual([]);
		expect(firstImage(await edit('[fault: result=null-sizes] cat'))).toMatchObject({
			width: null,
			height: null,
		});
		expect(Object.keys(firstImage(await edit('[fault: result=no-names] cat')))).toEqual(['url']);
		expect(firstImage(await edit('[fault: result=odd-scheme] cat')).url).toMatch(/^file:/);
		const lie = firstImage(await edit('[fault: result=lying-type] cat'));
		expect(lie.content_type).toBe('image/png');
		const bytes = Buffer.from(await (await fetch(String(lie.url))).arrayBuffer());
		expect(bytes.subarray(0, 2).toString('hex')).toBe('ffd8');
		expect((await edit('[fault: result=late-result 600000ms] cat')).status).toBe(400);
		expect((await edit('[fault: result=vanish] cat')).status).toBe(404);
		expect(emulator.jobs.every(({ billed }) => billed)).toBe(true);
	});
});

describe('faults on the download', () => {
	const download = async (kind: string) => {
		const { url } = firstImage(await edit(`[fault: download=${kind}] cat`));
		const response = await fetch(String(url), { redirect: 'manual' });
		return response;
	};

	it('breaks', async () => {
		await expect((await download('cut-short')).arrayBuffer()).rejects.toThrow();
		const silent = await download('cut-short-silent');
		expect((await silent.arrayBuffer()).byteLength).toBeGreaterThan(0);
		expect(silent.headers.has('content-length')).toBe(false);
	});

	it('misleads', async () => {
		expect((await download('expired')).status).toBe(404);
		expect((await download('gone')).status).toBe(410);
		expect((await download('no-content-type')).headers.has('content-type')).toBe(false);
		expect((await download('wrong-content-type')).headers.get('content-type')).toMatch(
			'octet-stream',
		);
		expect((await download('redirect')).headers.get('location')).toMatch(/^http:\/\/localhost/);
		expect((await download('redirect-loop')).status).toBe(302);
		expect((await download('503')).status).toBe(503);
	});

	it('goes on for ever', async () => {
		const reader = (await download('huge 600000ms')).body!.getReader();
		for (let bytes = 0; bytes <= 2_000_000; ) {
			const { done, value } = await reader.read();
			expect(done).toBe(false);
			bytes += value?.length ?? 0;
		}
		await reader.cancel();
	});
});

it('is steered from another process', async () => {
	const remote = new EmulatorClient(emulator.url);
	await remote.faults.add({
		stage: 'submit',
		kind: 'status',
		status: 402,
		body: { detail: 'pay' },
		times: 1,
	});
	expect(await submit('cat')).toMatchObject({ status: 402, body: { detail: 'pay' } });
	expect((await submit('cat')).status).toBe(200);
	await expect(remote.faults.add({ stage: 'submit', kind: 'nothing' })).rejects.toThrow('no fault');
	await remote.setOptions({ latency: 6 });
	expect(emulator.settings.latency).toBe(6);
	expect(await remote.jobs()).toHaveLength(1);
	expect((await remote.records()).map(({ stage }) => stage)).toEqual(['submit', 'submit']);
	await remote.reset();
	expect(emulator.jobs).toHaveLength(0);
});
