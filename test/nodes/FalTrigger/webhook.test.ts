import { KEY_SET } from '../../../nodes/shared/limits';
import { WebhookSigner } from '../../emulator/webhookSigner';
import { bodyOf } from '../../e2e/support/callbacks';
import type { CallbackServer } from '../../support/callbackServer';
import { useTriggers } from '../../support/triggers';
import { useEditBench } from '../../support/edit';

const FAL_WAITS = 15_000;

const bench = useEditBench();
const { newTrigger, finishedRequest } = useTriggers(bench);
afterEach(() => jest.restoreAllMocks());

const forge = async (trigger: CallbackServer, id: string) =>
	await trigger.send(id, { headers: new WebhookSigner().headers(id, bodyOf(id)) });

it('a callback of a finished request starts a run', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	expect(await trigger.send(id)).toMatchObject({ status: 200 });
	expect(trigger.started).toEqual([{ requestId: id, callbackData: {} }]);
});

it('is answered within the time that fal waits, where keys come late and the look-up hangs', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	await trigger.send('00000000-0000-4000-8000-000000000000');
	bench.fal.signer.rotate();
	bench.fal.faults.add({ stage: 'jwks', kind: 'slow', ms: KEY_SET.deadline - 500 });
	bench.fal.faults.add({ stage: 'status', kind: 'hang' });
	const started = Date.now();
	expect((await trigger.send(id)).status).toBe(503);
	expect(Date.now() - started).toBeLessThan(FAL_WAITS);
});

it('forged callbacks make no more than a fetch a while, where the keys cannot be had', async () => {
	jest.replaceProperty(KEY_SET, 'pause', 300);
	const trigger = await newTrigger();
	bench.fal.faults.add({ stage: 'jwks', kind: '503' });
	const started = Date.now();
	for (let wave = 0; wave < 5; wave++)
		await Promise.all(['one', 'two', 'three'].map(async () => await forge(trigger, 'any-request')));
	expect(bench.calls('jwks').length - 1).toBeLessThanOrEqual((Date.now() - started) / 300);
});

it('forged callbacks do not use up what a genuine one needs when fal has changed its keys', async () => {
	jest.replaceProperty(KEY_SET, 'pause', 20);
	const trigger = await newTrigger();
	await trigger.send(await finishedRequest());
	for (let sent = 0; sent < 40; sent++)
		expect((await forge(trigger, 'any-request')).status).toBe(401);
	bench.fal.signer.rotate();
	expect((await trigger.send(await finishedRequest())).status).toBe(200);
});
