import { startEmulator, type Emulator } from './';
import { hold, type Hold } from '../support/hold';
import { until } from '../support/until';
import { app, Caller, endpoint, inlineImage } from './testCaller';

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

/** Holds all work at fal. */
function holdAll(): Hold {
	const held = hold();
	emulator.faults.add({ stage: 'queue', kind: 'latency', until: held.until });
	return held;
}

/** The first request has begun. */
const running = async () => await until(() => emulator.jobs[0]?.state === 'IN_PROGRESS');

describe('the queue', () => {
	it('answers 202 until the request is COMPLETED, and 400 for a result too early', async () => {
		emulator.settings.slots = 1;
		const held = holdAll();
		const ids = [
			(await fal.submit(edit())).body.request_id,
			(await fal.submit(edit())).body.request_id,
		];
		await running();
		expect(await fal.about(ids[0], '/status')).toMatchObject({
			status: 202,
			body: { status: 'IN_PROGRESS' },
		});
		expect(await fal.about(ids[1], '/status')).toMatchObject({
			status: 202,
			body: { queue_position: 0 },
		});
		expect(await fal.about(ids[1])).toMatchObject({
			status: 400,
			body: { detail: 'Request is still in progress' },
		});
		held.release();
		expect(await fal.completed(ids[1])).toMatchObject({
			status: 200,
			body: { logs: expect.any(Array) },
		});
		expect((await fal.about(ids[0], '/response/')).status).toBe(200);
		expect(
			(await fal.call('GET', `queue.fal.run/${endpoint}/requests/${String(ids[0])}/`)).status,
		).toBe(200);
	});

	it('gives the app only in its URLs', async () => {
		const { body } = await fal.submit(edit());
		expect(body.status_url).toBe(
			`https://queue.fal.run/${app}/requests/${String(body.request_id)}/status`,
		);
	});

	it.each([
		['waits', 0],
		['runs', 1],
	])('cancels what %s, once', async (_name, slots) => {
		emulator.settings.slots = slots;
		holdAll();
		const { body } = await fal.submit(edit());
		if (slots > 0) await running();
		const cancel = () => fal.about(body.request_id, '/cancel', 'PUT');
		expect(await cancel()).toMatchObject({
			status: 202,
			body: { status: 'CANCELLATION_REQUESTED' },
		});
		expect(await cancel()).toMatchObject({ status: 400, body: { status: 'ALREADY_COMPLETED' } });
		expect((await fal.about(body.request_id, '/status')).body.error_type).toBe('client_cancelled');
		expect((await fal.about(body.request_id)).status).toBe(499);
		expect(await fal.about('no-such-id', '/cancel', 'PUT')).toMatchObject({ status: 404 });
	});

	it('can finish what it was asked to cancel, and bills it', async () => {
		emulator.settings.cancelRunning = 'finish';
		const held = holdAll();
		const { body } = await fal.submit(edit());
		await running();
		expect((await fal.about(body.request_id, '/cancel', 'PUT')).status).toBe(202);
		held.release();
		await fal.completed(body.request_id);
		expect((await fal.about(body.request_id)).status).toBe(200);
		expect(emulator.jobs[0]?.billed).toBe(true);
	});

	it('gives up a request that does not start in time', async () => {
		const prompt = '[fault: queue=stuck-queue] never';
		const reply = await fal.edit(edit({ prompt }), { 'x-fal-request-timeout': '0.11' });
		expect(reply.status).toBe(504);
		expect(reply.headers.get('x-fal-request-timeout-type')).toBe('user');
	});

	it('forgets a result', async () => {
		emulator.settings.resultRetention = -1;
		expect((await fal.edit(edit())).status).toBe(404);
	});

	it('streams the states', async () => {
		const held = holdAll();
		const { body } = await fal.submit(edit());
		await running();
		const response = await fetch(
			`${emulator.url}/queue.fal.run/${app}/requests/${String(body.request_id)}/status/stream`,
			{ headers: { authorization: `Key ${emulator.key}` } },
		);
		// The first event comes with the headers.
		held.release();
		const states = [...(await response.text()).matchAll(/"status":"(\w+)"/g)].map(
			(found) => found[1],
		);
		expect(states).toEqual(expect.arrayContaining(['IN_PROGRESS', 'COMPLETED']));
	});
});

it('an account may run more, or fewer, from some time after its first request on', async () => {
	const held = holdAll();
	emulator.settings.slots = 2;
	emulator.settings.slotsLater = { after: 50, slots: 4 };
	for (let request = 0; request < 6; request += 1) await fal.submit(edit());
	const begun = () => emulator.jobs.filter(({ state }) => state === 'IN_PROGRESS');
	await until(() => begun().length === 4);
	const sinceTheFirst = begun().map(({ startedAt }) => startedAt! - emulator.jobs[0]!.submittedAt);
	// A timer may end a millisecond early, and a busy machine starts the first two late.
	expect(sinceTheFirst.filter((ms) => ms >= 49).length).toBeGreaterThanOrEqual(2);
	emulator.settings.slotsLater = null;
	held.release();
});
