import type { IDataObject } from 'n8n-workflow';
import { packCallbackData } from '../../../nodes/shared/fal/webhooks/callbackData';
import { CALLBACK_RUNS } from '../../../nodes/shared/limits';
import { CallbackServer, type TriggerOptions } from '../../support/callbackServer';
import { useProcessedData } from '../../support/processedData';
import { KEY, rows, until, useEditBench } from '../../support/edit';
import { hold } from '../../support/hold';

const bench = useEditBench();
beforeAll(useProcessedData);
const open: CallbackServer[] = [];
afterEach(() => jest.restoreAllMocks());
afterEach(async () => await Promise.all(open.splice(0).map(async (one) => await one.stop())));

let made = 0;

async function newTrigger(options: TriggerOptions = {}): Promise<CallbackServer> {
	const trigger = new CallbackServer(bench, { id: `trigger ${++made}`, ...options });
	open.push(trigger);
	return await trigger.start();
}

/** Orders with Submit Edit, of which fal tells nobody: the test does. Gives each order's request and query. */
async function ordered(
	trigger: CallbackServer,
	count: number,
	values: unknown[] = [{ name: 'row', value: '={{ $json.row }}' }],
) {
	const parameters = {
		prompt: 'Make it night [fault: webhook=never]',
		webhookUrl: trigger.url,
		callbackData: { values } as IDataObject,
	};
	await bench.run('submit', { items: rows(Array.from({ length: count })), parameters });
	await bench.settled();
	return bench.fal.jobs.slice(-count).map(({ id, webhookUrl = '' }) => ({
		id,
		query: new URL(webhookUrl).search,
	}));
}

/** The same order as if another process had made it: this one only sees what comes back. */
async function orderedElsewhere(trigger: CallbackServer, row: number) {
	await bench.run('submit', { parameters: { prompt: 'Make it night' } });
	await bench.settled();
	const query = `?callback_data=${packCallbackData({ row }, trigger.url, KEY)}`;
	return { id: bench.fal.jobs.at(-1)?.id ?? '', query };
}

const ANOTHERS = /belongs to another request/;

it("with another order's data, or with none, starts nothing; the true one delivers", async () => {
	const trigger = await newTrigger();
	const [first, second] = await ordered(trigger, 2);
	const looks = bench.calls('status').length;
	expect(await trigger.send(first!.id, { query: second!.query })).toMatchObject({
		status: 401,
		message: expect.stringMatching(ANOTHERS),
	});
	expect((await trigger.send(first!.id)).status).toBe(401);
	expect(bench.calls('status')).toHaveLength(looks);
	expect(trigger.started).toEqual([]);
	for (const { id, query } of [first!, second!])
		expect((await trigger.send(id, { query })).status).toBe(200);
	const data = trigger.started.map(({ callbackData }) => (callbackData as { row: number }).row);
	expect(data.sort()).toEqual([0, 1]);
});

it.each([['with data'], ['without data']])(
	'of an order %s starts nothing at another trigger; the true one delivers',
	async (what) => {
		const [trigger, other] = [await newTrigger(), await newTrigger({ path: 'other' })];
		const [order] = await ordered(trigger, 1, what === 'with data' ? undefined : []);
		const { id, query } = order!;
		expect((await other.send(id, { query })).status).toBe(401);
		expect((await other.send(id)).status).toBe(401);
		expect((await trigger.send(id, { query })).status).toBe(200);
		expect([trigger.started.length, other.started.length]).toEqual([1, 0]);
	},
);

it('of an order without data does not take the data of another', async () => {
	const trigger = await newTrigger();
	const [plain] = await ordered(trigger, 1, []);
	const [withData] = await ordered(trigger, 1);
	expect((await trigger.send(plain!.id, { query: withData!.query })).status).toBe(401);
	for (const { id, query } of [plain!, withData!])
		expect((await trigger.send(id, { query })).status).toBe(200);
});

it('that this process has not ordered takes no data that has come with another request', async () => {
	const trigger = await newTrigger();
	const [first, second] = [await orderedElsewhere(trigger, 1), await orderedElsewhere(trigger, 2)];
	expect((await trigger.send(first.id, { query: first.query })).status).toBe(200);
	expect((await trigger.send(second.id, { query: first.query })).status).toBe(401);
	expect((await trigger.send(second.id, { query: second.query })).status).toBe(200);
	expect(trigger.started.map(({ callbackData }) => callbackData)).toEqual([{ row: 1 }, { row: 2 }]);
});

it('of a request that fal does not know uses up no data', async () => {
	const trigger = await newTrigger();
	const { id, query } = await orderedElsewhere(trigger, 1);
	const unknown = '00000000-0000-4000-8000-000000000000';
	expect((await trigger.send(unknown, { query })).status).toBe(404);
	expect((await trigger.send(id, { query })).status).toBe(200);
});

it('that come at the same moment with the same data start one run', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'checks', 60_000);
	const trigger = await newTrigger();
	const [first, second] = [await orderedElsewhere(trigger, 1), await orderedElsewhere(trigger, 2)];
	const looks = hold();
	bench.fal.faults.add({ stage: 'status', kind: 'slow', until: looks.until });
	const before = bench.calls('status').length;
	const { query } = first;
	const sent = [first, second].map(async ({ id }) => await trigger.send(id, { query }));
	await until(() => bench.calls('status').length === before + 2);
	looks.release();
	const answers = await Promise.all(sent);
	expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
	expect(trigger.started).toHaveLength(1);
});
