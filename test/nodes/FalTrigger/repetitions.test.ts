import { SEEN_CALLBACKS } from '../../../nodes/shared/limits';
import { WebhookSigner } from '../../emulator/webhookSigner';
import { bodyOf } from '../../e2e/support/callbacks';
import type { CallbackServer } from '../../support/callbackServer';
import { says, useTriggers } from '../../support/triggers';
import { until, useEditBench } from '../../support/edit';
import { hold } from '../../support/hold';

const bench = useEditBench();
const { newTrigger, finishedRequest } = useTriggers(bench);
afterEach(() => jest.restoreAllMocks());

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
