import { CALLBACK_RUNS } from '../../../nodes/shared/limits';
import { until, useEditBench } from '../../support/edit';
import { hold } from '../../support/hold';
import { rows, says, useTogether } from '../../support/triggers';

const bench = useEditBench();
const { start, finished, withData, sendTogether, cameOut } = useTogether(bench);
afterEach(() => jest.restoreAllMocks());

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

it('150 that end together are delivered once each, with their own data, in a few runs', async () => {
	const trigger = await start();
	const ids = await finished(...rows(150));
	const answers = await Promise.all(
		ids.map(async (id, row) => await trigger.send(id, { query: withData(row) })),
	);
	expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
	const delivered = cameOut(0).map(({ request_id, callback_data }) => [
		request_id,
		(callback_data as { row: number }).row,
	]);
	expect(delivered.sort()).toEqual(ids.map((id, row) => [id, row]).sort());
	expect(trigger.most).toBeLessThanOrEqual(CALLBACK_RUNS.atOnce);
	expect(trigger.runs.length).toBeLessThan(40);
	expect(trigger.warnings).toEqual([]);
});

it('what fails leaves by Failed alone: an edit that fal refuses, a download that breaks', async () => {
	const trigger = await start();
	const prompts = ['one', 'two [fault: model=refusal-422]', 'three [fault: download=gone]', 'four'];
	const ids = await finished(...prompts);
	const answers = await Promise.all(await sendTogether(ids, withData));
	expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
	expect(trigger.runs).toHaveLength(1);
	const found = ([0, 1] as const).map((output) =>
		cameOut(output).map(({ request_id, callback_data }) => [request_id, callback_data]),
	);
	const of = (row: number) => [ids[row], { row }];
	expect(found).toEqual([
		[of(0), of(3)],
		[of(1), of(2)],
	]);
	expect(cameOut(1).map(({ details }) => (details as { request_id: string }).request_id)).toEqual([
		ids[1],
		ids[2],
	]);
	const linked = trigger.results[0]?.outputs.flat().map(({ pairedItem }) => pairedItem);
	expect(linked).toEqual([0, 3, 1, 2].map((item) => expect.objectContaining({ item }) as unknown));
});

it('where all fail on the way the node stops, as n8n shows and lets a person run again', async () => {
	const trigger = await start();
	const ids = await finished('one [fault: download=gone]', 'two [fault: download=gone]');
	const answers = await Promise.all(await sendTogether(ids));
	expect(answers.map(({ status }) => status)).toEqual([200, 200]);
	expect(trigger.results.map(({ error }) => error?.description)).toEqual([
		expect.stringContaining(ids[0]!),
	]);
});

it('nobody is thanked before n8n has saved the run', async () => {
	const save = hold();
	let isSaving = false;
	const beforeSave = async () => {
		isSaving = true;
		await save.until();
	};
	await start({ beforeSave });
	const thanked: number[] = [];
	const sent = (await sendTogether(await finished(...rows(5)))).map(async (answer) => {
		thanked.push((await answer).status);
	});
	await until(() => isSaving);
	expect(thanked).toEqual([]);
	save.release();
	await Promise.all(sent);
	expect(thanked).toEqual([200, 200, 200, 200, 200]);
});

it.each([['the first'], ['the last']])(
	"another account's request starts nothing, be it %s of those that wait",
	async (which) => {
		const trigger = await start();
		const ids = await finished(...rows(3));
		const all = which === 'the first' ? [UNKNOWN, ...ids] : [...ids, UNKNOWN];
		const answers = await Promise.all(await sendTogether(all));
		const statuses = new Map(answers.map(({ status }, at) => [all[at], status]));
		expect(statuses).toEqual(new Map([...ids.map((id) => [id, 200] as const), [UNKNOWN, 404]]));
		expect(trigger.runs.map((run) => run.map(({ requestId }) => requestId))).toEqual([ids]);
		expect(trigger.warnings).toHaveLength(1);
	},
);

it('where none of those that wait is to be delivered, nothing is started, and others come next', async () => {
	const trigger = await start();
	const answers = await Promise.all(await sendTogether([UNKNOWN, `${UNKNOWN}1`]));
	expect(answers.map(({ status }) => status)).toEqual([404, 404]);
	expect(trigger.runs).toEqual([]);
	const more = await finished(...rows(CALLBACK_RUNS.atOnce + 1));
	for (const id of more) expect((await trigger.send(id)).status).toBe(200);
});

it('one about which fal is slow to say anything is in nobody’s way, and is not judged again', async () => {
	const trigger = await start();
	jest.replaceProperty(CALLBACK_RUNS, 'checks', 2_000);
	const [slow = '', ...ids] = await finished(...rows(3));
	const look = hold();
	bench.take({ stage: 'status', kind: 'slow', until: look.until, times: 1 });
	const first = trigger.send(slow);
	await until(() => bench.calls('status').length === 1);
	const others = ids.map(async (id) => await trigger.send(id));
	expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200]);
	const looks = bench.calls('status').length;
	look.release();
	await until(() => bench.calls('status').every(({ statusCode }) => statusCode !== undefined));
	expect((await trigger.send(slow)).status).toBe(200);
	expect((await first).status).toBe(200);
	expect(bench.calls('status')).toHaveLength(looks);
});

it('one about which fal was slow to say anything goes with the next, and its call is held until then', async () => {
	const trigger = await start();
	jest.replaceProperty(CALLBACK_RUNS, 'checks', 500);
	const [slow = '', ...ids] = await finished(...rows(3));
	const look = hold();
	bench.take({ stage: 'status', kind: 'slow', until: look.until, times: 1 });
	const first = trigger.send(slow);
	await until(() => bench.calls('status').length === 1);
	expect((await trigger.send(ids[0]!)).status).toBe(200);
	look.release();
	await until(() => bench.calls('status').every(({ statusCode }) => statusCode !== undefined));
	const answers = await Promise.all([first, trigger.send(ids[1]!)]);
	expect(answers.map(({ status }) => status)).toEqual([200, 200]);
	expect(trigger.started.map(({ requestId }) => requestId).sort()).toEqual([slow, ...ids].sort());
});

it('fal is not asked about a request that this process has submitted, with its own data', async () => {
	const trigger = await start();
	const values = [{ name: 'row', value: '7' }];
	const prompt = 'one [fault: webhook=never]';
	const parameters = { prompt, webhookUrl: trigger.url, callbackData: { values } };
	await bench.run('submit', { parameters });
	await bench.settled();
	const { id = '', webhookUrl = '' } = bench.fal.jobs.at(-1) ?? {};
	expect((await trigger.send(id, { query: new URL(webhookUrl).search })).status).toBe(200);
	expect(bench.calls('status')).toHaveLength(0);
	expect(cameOut(0)).toMatchObject([{ request_id: id, callback_data: { row: '7' } }]);
});

it('fal that hangs up is delivered all the same, once, and told so when it calls again', async () => {
	const trigger = await start();
	const ids = await finished(...rows(12));
	const results = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until });
	const hangUp = new AbortController();
	const calls = ids.map(async (id) => await trigger.send(id, { signal: hangUp.signal }));
	await until(() => bench.calls('status').length >= ids.length);
	hangUp.abort();
	await Promise.allSettled(calls);
	results.release();
	await until(() => cameOut(0).length === ids.length);
	for (const id of ids) expect(await trigger.send(id)).toEqual(says(200, /already been delivered/));
	expect(trigger.started).toHaveLength(ids.length);
});
