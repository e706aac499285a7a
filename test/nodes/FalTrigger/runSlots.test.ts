import { CALLBACK, CALLBACK_RUNS, CLAIM } from '../../../nodes/shared/limits';
import { until, useEditBench } from '../../support/edit';
import { hold } from '../../support/hold';
import { rows, says, useTogether } from '../../support/triggers';

const bench = useEditBench();
const { start, finished, sendTogether, cameOut } = useTogether(bench);
afterEach(() => jest.restoreAllMocks());

it('what is too much is turned away with no look at fal, no credential, no line in the log', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'atOnce', 1);
	jest.replaceProperty(CALLBACK_RUNS, 'together', 1);
	jest.replaceProperty(CALLBACK_RUNS, 'waiting', 2);
	const trigger = await start();
	const [first = '', ...others] = await finished(...rows(4));
	const results = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until });
	const sent = [trigger.send(first)];
	await until(() => trigger.running === 1);
	const looks = () => bench.calls('status').length;
	for (const id of others.slice(0, 2)) {
		const before = looks();
		sent.push(trigger.send(id));
		await until(() => looks() === before + 1);
	}
	const [before, opened] = [looks(), trigger.opened];
	expect(await trigger.send(others[2]!)).toEqual(
		says(503, /fal Trigger is busy with other callbacks/),
	);
	expect([looks(), trigger.opened, trigger.warnings]).toEqual([before, opened, []]);
	results.release();
	expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200, 200]);
	expect((await trigger.send(others[2]!)).status).toBe(200);
});

describe('a workflow that goes on for long behind the trigger', () => {
	it('stands in nobody’s way', async () => {
		jest.replaceProperty(CALLBACK_RUNS, 'atOnce', 1);
		jest.replaceProperty(CALLBACK_RUNS, 'longest', 20);
		const waits = hold();
		const trigger = await start({ beforeSave: waits.until });
		const [first, second] = await finished('one', 'two');
		const sent = [trigger.send(first!)];
		await until(() => trigger.running === 1);
		sent.push(trigger.send(second!));
		await until(() => trigger.running === 2);
		waits.release();
		expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200]);
	});

	it('is not waited for with the answer, and its claims are renewed no more', async () => {
		jest.replaceProperty(CLAIM, 'longest', 50);
		const waits = hold();
		const trigger = await start({ beforeSave: waits.until });
		const ids = await finished(...rows(3));
		const answers = await Promise.all(await sendTogether(ids));
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
		expect(trigger.running).toBe(1);
		expect(await trigger.send(ids[0]!)).toEqual(says(200, /already been delivered/));
		waits.release();
		await until(() => trigger.running === 0);
	});
});

describe('where runs are on workers', () => {
	it.each([
		['all', 200, [200, 200, 200]],
		['none', 503, [503, 503, 503]],
		['each', [200, 503, 200], [200, 503, 200]],
	])('%s of a group are told 200 as the run says', async (_, status, told) => {
		const trigger = await start({ runsElsewhere: async () => status });
		const ids = await finished(...rows(3));
		const answers = await Promise.all(await sendTogether(ids));
		expect(answers.map((one) => one.status)).toEqual(told);
		expect(trigger.runs).toHaveLength(1);
		const [looks, opened] = [bench.calls('status').length, trigger.opened];
		const again = await trigger.send(ids[1]!);
		// Whether it was delivered or not, it is not judged again.
		expect([bench.calls('status').length, trigger.opened]).toEqual([looks, opened]);
		const isDelivered = told[1] === 200;
		expect(again.status).toBe([status].flat()[0]);
		expect(trigger.runs).toHaveLength(isDelivered ? 1 : 2);
	});

	it('a run that does not come is not waited for', async () => {
		jest.replaceProperty(CALLBACK_RUNS, 'atOnce', 1);
		jest.replaceProperty(CALLBACK_RUNS, 'begin', 2_000);
		const worker = hold();
		const trigger = await start({
			runsElsewhere: async () => {
				await worker.until();
				return 200;
			},
		});
		const [first, second, other] = await finished(...rows(3));
		const [lost, joined] = await sendTogether([first!, second!]);
		expect((await joined!).status).toBe(503);
		const next = trigger.send(other!);
		await until(() => trigger.runs.length === 2);
		worker.release();
		expect([(await lost!).status, (await next).status]).toEqual([200, 200]);
	});
});

it('a call that has waited long is told to come again, and its run delivers all the same', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'atOnce', 1);
	const trigger = await start();
	const [first = '', second = ''] = await finished('one', 'two');
	const results = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until });
	const sent = trigger.send(first);
	await until(() => trigger.running === 1);
	jest.replaceProperty(CALLBACK, 'held', 30);
	expect(await trigger.send(second)).toEqual(says(503, /not delivered yet/));
	results.release();
	expect((await sent).status).toBe(200);
	await until(() => cameOut(0).length === 2);
	expect(await trigger.send(second)).toEqual(says(200, /already been delivered/));
});
