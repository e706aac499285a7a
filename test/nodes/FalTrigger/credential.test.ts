import { OPENED_CREDENTIAL } from '../../../nodes/shared/limits';
import { says, useTriggers } from '../../support/triggers';
import { useEditBench } from '../../support/edit';

const { newTrigger, finishedRequest } = useTriggers(useEditBench());
afterEach(() => jest.restoreAllMocks());

/** Lets the clock that nobody sets be further on from here. */
const letPass = (ms: number) => {
	const now = performance.now.bind(performance);
	jest.spyOn(performance, 'now').mockImplementation(() => now() + ms);
};

it('the credential is opened once for all callbacks of a moment, and again after it', async () => {
	const trigger = await newTrigger();
	const ids = [await finishedRequest(), await finishedRequest(), await finishedRequest()];
	await Promise.all(ids.slice(0, 2).map(async (id) => await trigger.send(id)));
	expect(trigger.opened).toBe(1);
	letPass(OPENED_CREDENTIAL.fresh + 1);
	await trigger.send(ids[2]!);
	expect(trigger.opened).toBe(2);
});

it('the credential is not opened for a repetition', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	await trigger.send(id);
	letPass(OPENED_CREDENTIAL.fresh + 1);
	expect(await trigger.send(id)).toEqual(says(200, /already been delivered/));
	expect(trigger.opened).toBe(1);
});

it('a credential that could not be opened is tried again', async () => {
	const trigger = await newTrigger();
	const id = await finishedRequest();
	trigger.opens = async () => await Promise.reject(new Error('no database'));
	expect(await trigger.send(id)).toEqual(says(503, /credential/));
	trigger.opens = undefined;
	expect((await trigger.send(id)).status).toBe(200);
});

it.each([
	['does not answer', async () => await new Promise<never>(() => {})],
	['says that there is none', async () => await Promise.reject(new Error('no database'))],
])('where n8n under load %s, the last credential counts', async (_, opens) => {
	const trigger = await newTrigger();
	const [first, second] = [await finishedRequest(), await finishedRequest()];
	await trigger.send(first);
	letPass(OPENED_CREDENTIAL.fresh + 1);
	trigger.opens = opens;
	expect((await trigger.send(second)).status).toBe(200);
});

it('the last credential counts for a while only', async () => {
	const trigger = await newTrigger();
	const [first, second] = [await finishedRequest(), await finishedRequest()];
	await trigger.send(first);
	letPass(OPENED_CREDENTIAL.kept + 1);
	trigger.opens = async () => await Promise.reject(new Error('no database'));
	expect(await trigger.send(second)).toEqual(says(503, /credential/));
});
