import { CALLBACK } from '../../../nodes/shared/limits';
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

it('two about the same request at the same moment start one run, and both hear of it', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const keys = hold();
	bench.take({ stage: 'jwks', kind: 'slow', until: keys.until });
	const sent = [trigger.send(id), trigger.send(id)];
	await until(() => trigger.opened > 0 && bench.calls('jwks').length > 0);
	keys.release();
	expect(await Promise.all(sent)).toEqual([says(200, /thank you/), says(200, /thank you/)]);
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
	const again = trigger.send(id);
	results.release();
	expect(await again).toEqual(says(200, /thank you/));
	expect(await trigger.send(id)).toEqual(says(200, /already been delivered/));
	expect(trigger.started).toHaveLength(1);
});

it('a repetition starts nothing: while the first is at it, and once it has delivered', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const { first, results } = await underWay(trigger, id);
	const looks = bench.calls('status').length;
	const again = trigger.send(id);
	results.release();
	expect([await first, await again]).toEqual([says(200, /thank you/), says(200, /thank you/)]);
	expect(await trigger.send(id)).toEqual(says(200, /already been delivered/));
	expect(bench.calls('status')).toHaveLength(looks);
	expect(trigger.opened).toBe(1);
	expect(trigger.started).toHaveLength(1);
});

it('one that has waited as long as fal does is to come again; so is what starts the run', async () => {
	jest.replaceProperty(CALLBACK, 'held', 50);
	jest.replaceProperty(CALLBACK, 'answer', 50);
	const trigger = await newTrigger();
	const id = await finishedRequest();
	const { first, results } = await underWay(trigger, id);
	expect(await first).toEqual(says(503, /not delivered yet/));
	expect(await trigger.send(id)).toEqual(says(503, /not delivered yet/));
	results.release();
	await until(() => trigger.running === 0);
	expect(await trigger.send(id)).toEqual(says(200, /already been delivered/));
	expect(trigger.started).toHaveLength(1);
});

it('a forged repetition is told nothing', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	expect((await trigger.send(id)).status).toBe(200);
	const headers = new WebhookSigner().headers(id, bodyOf(id));
	expect(await trigger.send(id, { headers })).toEqual(says(401, /not fal's/));
});
