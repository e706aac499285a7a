import { packCallbackData } from '../../../nodes/shared/fal/webhooks/callbackData';
import { CALLBACK, CALLBACK_RUNS } from '../../../nodes/shared/limits';
import { WebhookSigner } from '../../emulator/webhookSigner';
import { bodyOf } from '../../e2e/support/callbacks';
import { says, useTriggers } from '../../support/triggers';
import { KEY, until, useEditBench } from '../../support/edit';

const bench = useEditBench();
const { newTrigger, finishedRequest } = useTriggers(bench);
afterEach(() => jest.restoreAllMocks());

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

it('one that fal has not signed is refused', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const { 'x-fal-webhook-signature': signature = '' } = new WebhookSigner().headers(id, bodyOf(id));
	for (const [forged, message] of [
		['', /missing or malformed/],
		[signature, /not fal's/],
	] as const) {
		const headers = { 'x-fal-webhook-signature': forged };
		expect(await trigger.send(id, { headers })).toEqual(says(401, message));
	}
	expect((await trigger.send(id)).status).toBe(200);
	expect(trigger.started).toHaveLength(1);
});

it.each([
	[-3_600, /^its time is 3\d{3} s behind n8n's clock/],
	[3_600, /^its time is 3\d{3} s ahead of n8n's clock/],
	[-86_400, /^its time is 864\d\d s behind n8n's clock/],
	[86_400, /^its time is 86[34]\d\d s ahead of n8n's clock/],
	[330, /^its time is 3\d\d s ahead of n8n's clock/],
])("where n8n's clock is off, n8n's log says so and by how much: %d s", async (off, message) => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const seconds = Math.floor(Date.now() / 1_000) + off;
	const headers = bench.fal.signer.headers(id, bodyOf(id), seconds) as Record<string, string>;
	expect(await trigger.send(id, { headers })).toEqual(says(401, message));
	expect(trigger.warnings).toEqual([expect.stringMatching(/n8n's clock.*set the clock/)]);
	const forged = new WebhookSigner().headers(id, bodyOf(id), seconds) as Record<string, string>;
	expect(await trigger.send(id, { headers: forged })).toEqual(says(401, /not fal's/));
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
	expect(await other.send(id)).toEqual(says(503, /does not return the status/));
	expect((await other.send(id)).status).toBe(200);
});

it('waits for a request that is as good as finished', async () => {
	jest.replaceProperty(CALLBACK, 'pause', 20);
	jest.replaceProperty(CALLBACK_RUNS, 'checks', 60_000);
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
	jest.replaceProperty(CALLBACK, 'pause', 60_000);
	const trigger = await newTrigger();
	const held = bench.holdEdits('held');
	await bench.run('submit', { parameters: { prompt: 'held' } });
	expect(await trigger.send(bench.fal.jobs.at(-1)?.id ?? '')).toEqual(says(503, /not finished/));
	expect(bench.calls('status')).toHaveLength(1);
	held.release();
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

it("n8n's log says why a callback has started nothing, and nothing of a repetition", async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	for (const one of [UNKNOWN, id, id]) await trigger.send(one);
	expect(trigger.warnings).toEqual([
		'fal Trigger started nothing for a callback: this account has no such request',
	]);
});
