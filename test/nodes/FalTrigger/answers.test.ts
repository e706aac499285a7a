import { packCallbackData } from '../../../nodes/shared/fal/callbackData';
import { CALLBACK, OPENED_CREDENTIAL, SEEN_CALLBACKS } from '../../../nodes/shared/limits';
import { WebhookSigner } from '../../emulator/webhookSigner';
import { bodyOf } from '../../e2e/support/callbacks';
import type { CallbackServer } from '../../support/callbackServer';
import { useTriggers } from '../../support/triggers';
import { KEY, until, useEditBench } from '../../support/edit';
import { hold } from '../../support/hold';

const bench = useEditBench();
const { newTrigger, finishedRequest } = useTriggers(bench);
afterEach(() => jest.restoreAllMocks());

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const says = (status: number, message: RegExp) => ({
	status,
	message: expect.stringMatching(message) as string,
});

/** Sends a callback whose run goes on until the test releases fal's results. */
async function underWay(trigger: CallbackServer, id: string) {
	const results = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until });
	const first = trigger.send(id);
	await until(() => trigger.started.length === 1);
	return { first, results };
}

// First, while nothing of other tests is remembered.
it('the oldest of many requests is forgotten, and no other', async () => {
	jest.replaceProperty(SEEN_CALLBACKS, 'kept', 2);
	const trigger = await newTrigger();
	const ids = [await finishedRequest(), await finishedRequest(), await finishedRequest()];
	for (const id of ids) await trigger.send(id);
	expect(await trigger.send(ids[2]!)).toEqual(says(200, /delivered before/));
	expect(await trigger.send(ids[1]!)).toEqual(says(200, /delivered before/));
	await trigger.send(ids[0]!);
	expect(trigger.started.map(({ requestId }) => requestId)).toEqual([...ids, ids[0]]);
});

it('one that fal has not signed is refused', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const { 'x-fal-webhook-signature': signature = '' } = new WebhookSigner().headers(id, bodyOf(id));
	for (const [forged, message] of [
		['', /missing, malformed or too old/],
		[signature, /not fal's/],
	] as const) {
		const headers = { 'x-fal-webhook-signature': forged };
		expect(await trigger.send(id, { headers })).toEqual(says(401, message));
	}
	expect((await trigger.send(id)).status).toBe(200);
	expect(trigger.started).toHaveLength(1);
});

it.each([['{}'], ['[]'], ['null'], ['no JSON'], ['{"request_id":"../x"}']])(
	'one that names no request starts nothing: %s',
	async (body) => {
		const trigger = await newTrigger();
		expect(await trigger.send(UNKNOWN, { body })).toEqual(says(400, /names no request/));
		expect(trigger.started).toEqual([]);
	},
);

it.each([
	['changed', (packed: string) => `A${packed.slice(1)}`],
	['no data at all', () => 'x'],
])('one whose callback data is %s starts nothing', async (_, changed) => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const packed = packCallbackData({ row: 1 }, trigger.url, KEY);
	const query = `?callback_data=${changed(packed)}`;
	expect(await trigger.send(id, { query })).toEqual(says(401, /was changed/));
	expect((await trigger.send(id, { query: `?callback_data=${packed}` })).status).toBe(200);
	expect(trigger.started).toEqual([{ requestId: id, callbackData: { row: 1 } }]);
});

it('one about a request of nobody is refused', async () => {
	const trigger = await newTrigger();
	expect(await trigger.send(UNKNOWN)).toEqual(says(404, /no such request/));
	expect(trigger.started).toEqual([]);
});

it("fal is to call again where its keys cannot be had, or it doesn't say where the request stands", async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	bench.take({ stage: 'jwks', kind: '503', times: 1 });
	expect(await trigger.send(id)).toEqual(says(503, /keys cannot be fetched/));
	const other = await newTrigger();
	bench.take({ stage: 'status', kind: '500', times: 1 });
	expect(await other.send(id)).toEqual(says(503, /does not say/));
	expect((await other.send(id)).status).toBe(200);
});

it('waits for a request that is as good as finished', async () => {
	jest.replaceProperty(CALLBACK, 'pause', 20);
	const trigger = await newTrigger();
	const held = bench.holdEdits('held');
	await bench.run('submit', { parameters: { prompt: 'held' } });
	const id = bench.fal.jobs.at(-1)?.id ?? '';
	const looks = () => bench.calls('status').length;
	const early = trigger.send(id);
	await until(() => looks() >= 2);
	held.release();
	expect((await early).status).toBe(200);
	expect(trigger.started).toHaveLength(1);
});

it('does not wait for ever for one that is not finished, and does not ask all the time', async () => {
	jest.replaceProperty(CALLBACK, 'deadline', 500);
	jest.replaceProperty(CALLBACK, 'pause', 60_000);
	const trigger = await newTrigger();
	const held = bench.holdEdits('held');
	await bench.run('submit', { parameters: { prompt: 'held' } });
	expect(await trigger.send(bench.fal.jobs.at(-1)?.id ?? '')).toEqual(says(503, /not finished/));
	expect(bench.calls('status')).toHaveLength(1);
	held.release();
});

it('two about the same request at the same moment start one run', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const keys = hold();
	bench.take({ stage: 'jwks', kind: 'slow', until: keys.until });
	const sent = [trigger.send(id), trigger.send(id)];
	await until(() => trigger.opened > 0 && bench.calls('jwks').length > 0);
	keys.release();
	const answers = await Promise.all(sent);
	expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
	expect(trigger.started).toHaveLength(1);
});

it('a repetition after fal has hung up is told what came of the first', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const results = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until });
	const hangUp = new AbortController();
	const first = trigger.send(id, { signal: hangUp.signal });
	await until(() => trigger.started.length === 1);
	hangUp.abort();
	await expect(first).rejects.toThrow('abort');
	results.release();
	await until(async () => (await trigger.send(id)).status !== 409);
	expect(await trigger.send(id)).toEqual(says(200, /delivered before/));
	expect(trigger.started).toHaveLength(1);
});

it('a repetition starts nothing: while the first is at it, and once it has delivered', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const { first, results } = await underWay(trigger, id);
	expect(await trigger.send(id)).toEqual(says(409, /being looked into/));
	results.release();
	expect(await first).toEqual(says(200, /thank you/));
	const looks = bench.calls('status').length;
	expect(await trigger.send(id)).toEqual(says(200, /delivered before/));
	expect(bench.calls('status')).toHaveLength(looks);
	expect(trigger.started).toHaveLength(1);
});

it('a repetition counts as the first where the run of that one has not answered for long', async () => {
	jest.replaceProperty(SEEN_CALLBACKS, 'open', -1);
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const { first, results } = await underWay(trigger, id);
	const second = trigger.send(id);
	await until(() => trigger.started.length === 2);
	results.release();
	expect([(await first).status, (await second).status]).toEqual([200, 200]);
});

it('a forged repetition is told nothing', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	expect((await trigger.send(id)).status).toBe(200);
	const headers = new WebhookSigner().headers(id, bodyOf(id));
	expect(await trigger.send(id, { headers })).toEqual(says(401, /not fal's/));
});

it('what was refused may come again', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	bench.take({ stage: 'status', kind: '404', times: 1 });
	expect((await trigger.send(id)).status).toBe(404);
	expect((await trigger.send(id)).status).toBe(200);
});

it('in a test of the editor the same callback may come again', async () => {
	const trigger = await newTrigger({ mode: 'manual' });
	const id = await finishedRequest();
	expect((await trigger.send(id)).status).toBe(200);
	expect((await trigger.send(id)).status).toBe(200);
	expect(trigger.started).toHaveLength(2);
});

it('two triggers know nothing of each other', async () => {
	const [one, other] = [await newTrigger(), await newTrigger()];
	const id = await finishedRequest();
	expect((await one.send(id)).status).toBe(200);
	expect((await other.send(id)).status).toBe(200);
});

it('fal is to call again where the credential cannot be used', async () => {
	const trigger = await newTrigger({ apiKey: 'no colon in it' });
	expect(await trigger.send(await finishedRequest())).toEqual(says(503, /credential/));
});

it.each([
	['read' as const, 200],
	['on demand' as const, 200],
	['nowhere' as const, 401],
])('where n8n has the body %s, the answer is %d', async (body, status) => {
	const trigger = await newTrigger({ body });
	expect((await trigger.send(await finishedRequest())).status).toBe(status);
});

describe('the credential', () => {
	/** Lets the clock that nobody sets be further on from here. */
	const letPass = (ms: number) => {
		const now = performance.now.bind(performance);
		jest.spyOn(performance, 'now').mockImplementation(() => now() + ms);
	};

	it('is opened once for all callbacks of a moment, and again after it', async () => {
		const trigger = await newTrigger();
		const ids = [await finishedRequest(), await finishedRequest(), await finishedRequest()];
		await Promise.all(ids.slice(0, 2).map(async (id) => await trigger.send(id)));
		expect(trigger.opened).toBe(1);
		letPass(OPENED_CREDENTIAL + 1);
		await trigger.send(ids[2]!);
		expect(trigger.opened).toBe(2);
	});

	it('is not opened for a repetition', async () => {
		const trigger = await newTrigger();
		const id = await finishedRequest();
		await trigger.send(id);
		letPass(OPENED_CREDENTIAL + 1);
		expect(await trigger.send(id)).toEqual(says(200, /delivered before/));
		expect(trigger.opened).toBe(1);
	});

	it('that could not be opened is tried again', async () => {
		const trigger = await newTrigger();
		const id = await finishedRequest();
		trigger.opens = async () => await Promise.reject(new Error('no database'));
		expect(await trigger.send(id)).toEqual(says(503, /credential/));
		trigger.opens = undefined;
		expect((await trigger.send(id)).status).toBe(200);
	});
});

it("n8n's log says why a callback has started nothing, and nothing of a repetition", async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	for (const one of [UNKNOWN, id, id]) await trigger.send(one);
	expect(trigger.warnings).toEqual([
		'fal Trigger started nothing for a callback: this account has no such request',
	]);
});
