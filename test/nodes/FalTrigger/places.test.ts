import { CALLBACK, CALLBACK_RUNS } from '../../../nodes/shared/limits';
import { CallbackServer, type TriggerOptions } from '../../support/callbackServer';
import { useProcessedData } from '../../support/processedData';
import { useEditBench } from '../../support/edit';
import { hold } from '../../support/hold';
import { until } from '../../support/until';

const bench = useEditBench();
beforeAll(useProcessedData);
let trigger: CallbackServer;
afterEach(async () => {
	await trigger.stop();
	jest.restoreAllMocks();
});

const { atOnce, next } = CALLBACK_RUNS;
const LET_IN = atOnce + next;
const MANY = LET_IN + 4;

let made = 0;
const start = async (options: TriggerOptions = {}) =>
	(trigger = await new CallbackServer(bench, { id: `trigger ${++made}`, ...options }).start());

async function finishedRequests(count: number): Promise<string[]> {
	await bench.submitAll(Array.from({ length: count }, (_, row) => `Row ${row}`));
	return bench.fal.jobs.slice(-count).map(({ id }) => id);
}

const sendAll = async (ids: string[]) =>
	await Promise.all(ids.map(async (id) => ({ id, ...(await trigger.send(id)) })));

const idsWith = (status: number, all: Array<{ id: string; status: number }>) =>
	all.filter((one) => one.status === status).map(({ id }) => id);

it('lets a few runs at once into its process; the others are to be called again', async () => {
	// Shorter than a run takes to answer before its end.
	jest.replaceProperty(CALLBACK_RUNS, 'wait', 1_000);
	await start();
	const ids = await finishedRequests(MANY);
	const results = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until });
	const refused: string[] = [];
	const sent = ids.map(async (id) => {
		const { status, message = '' } = await trigger.send(id);
		if (status === 503) refused.push(message);
		return { id, status };
	});
	await until(() => refused.length === MANY - atOnce);
	results.release();
	const all = await Promise.all(sent);
	expect(idsWith(200, all)).toHaveLength(atOnce);
	expect(idsWith(503, all)).toHaveLength(MANY - atOnce);
	expect(new Set(refused)).toEqual(new Set(['other callbacks come first']));
	expect(trigger.warnings).toEqual([]);
	jest.replaceProperty(CALLBACK_RUNS, 'wait', 60_000);
	// The first ones may not have gone yet.
	const again = idsWith(503, all);
	for (const few of [again.slice(0, next), again.slice(next)])
		expect(idsWith(200, await sendAll(few))).toEqual(few);
	expect(trigger.most).toBe(atOnce);
	expect(trigger.started.map(({ requestId }) => requestId).sort()).toEqual(ids.sort());
});

it('a callback that waits has the place of the first run that is answered', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'wait', 60_000);
	await start();
	const ids = await finishedRequests(LET_IN);
	expect(idsWith(200, await sendAll(ids))).toEqual(ids);
	expect(trigger.most).toBe(atOnce);
});

it('a run that was answered for keeps its place until it has ended', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'wait', 1_000);
	jest.replaceProperty(CALLBACK, 'answer', 0);
	await start();
	const results = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until });
	const ids = await finishedRequests(atOnce + 1);
	expect(idsWith(200, await sendAll(ids))).toHaveLength(atOnce);
	results.release();
	await until(() => trigger.running === 0);
	jest.replaceProperty(CALLBACK_RUNS, 'wait', 60_000);
	const missing = ids.filter((id) => !trigger.started.some(({ requestId }) => requestId === id));
	expect(idsWith(200, await sendAll(missing))).toEqual(missing);
});

it('fal that hangs up takes no place with it', async () => {
	await start();
	const results = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until });
	const ids = await finishedRequests(LET_IN);
	const hangUp = new AbortController();
	const calls = ids.map(async (id) => await trigger.send(id, { signal: hangUp.signal }));
	await until(() => trigger.running === atOnce);
	await until(() => bench.calls('status').length >= ids.length);
	hangUp.abort();
	await Promise.allSettled(calls);
	results.release();
	await until(() => trigger.running === 0);
	const more = await finishedRequests(8);
	expect(idsWith(200, await sendAll(more))).toEqual(more);
});

it('where runs are on workers, all are let in', async () => {
	const worker = hold();
	await start({ runsElsewhere: worker.until });
	const ids = await finishedRequests(LET_IN);
	const first = sendAll(ids);
	await until(() => trigger.running === atOnce);
	worker.release();
	expect(idsWith(200, await first)).toEqual(ids);
	await trigger.stop();
	const busyWorker = hold();
	await start({ runsElsewhere: busyWorker.until });
	const then = sendAll(await finishedRequests(MANY));
	await until(() => trigger.running === MANY);
	busyWorker.release();
	await then;
	await trigger.stop();
	// The same process, as if n8n had been told to run them itself.
	await start();
	const [one = ''] = await finishedRequests(1);
	await trigger.send(one);
	await sendAll(await finishedRequests(MANY));
	expect(trigger.most).toBe(atOnce);
});
