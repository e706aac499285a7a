import { DataDeduplicationService } from 'n8n-core';
import { nodeOfAnotherProcess } from '../../../support/anotherProcess';
import { made, rows, until, type EditRun } from '../../../support/edit';
import { brief, BY_ROW, requestsOf, useKilledRuns } from '../../../support/killedRuns';

const { bench, own, ids, killed, retry } = useKilledRuns();

const run = { items: rows(['one', 'two']), parameters: BY_ROW };
const anew = async (more: EditRun = {}) =>
	await bench.edit({ ...own(), ...run, mode: 'webhook', ...more });

describe('a killed run beside an equal one', () => {
	it.each<[string, () => EditRun]>([
		['in its workflow', () => ({})],
		['in another process', () => ({ nodeType: nodeOfAnotherProcess() })],
		['in another workflow', () => ({ workflowId: 'another' })],
	])('has its own, while that is at work %s', async (_, more) => {
		const first = await killed(run);
		const works = bench.holdEdits('one');
		const other = anew(more());
		await until(() => ids().length === 4);
		expect(requestsOf(await retry(first, run))).toEqual(requestsOf(first));
		works.release();
		const others = requestsOf(await other);
		expect([...requestsOf(first), ...others].sort()).toEqual(ids().sort());
		expect(ids()).toHaveLength(4);
	});

	it('has its own, where both are killed and retried at once', async () => {
		const both = [await killed(run), await killed({ ...run, workflowId: 'another' })];
		const [one, other] = await Promise.all([
			retry(both[0]!, run),
			retry(both[1]!, { ...run, workflowId: 'another' }),
		]);
		expect([requestsOf(one), requestsOf(other)]).toEqual(both.map(requestsOf));
		expect(ids()).toHaveLength(4);
	});
});

describe('Retry execution of a killed run, pressed three times at the same moment', () => {
	const more = { ...run, items: rows(['one', 'two', 'three']) };

	it.each<[string, () => EditRun]>([
		['in one process', () => ({})],
		['in three', () => ({ nodeType: nodeOfAnotherProcess() })],
	])('takes up what there is: %s', async (_, of) => {
		const first = await killed(more);
		const shared = { nodeType: nodeOfAnotherProcess() };
		const pressed = [1, 2, 3].map(async () => await retry(first, { ...more, ...shared, ...of() }));
		for (const out of await Promise.all(pressed))
			expect(requestsOf(out)).toEqual(requestsOf(first));
		expect(ids()).toHaveLength(3);
	});

	it('takes up what there is beside another process that asks for it at that moment', async () => {
		const first = await killed(run);
		// To ask n8n's memory is to enter: what is asked for stands in it until it is taken out.
		const removes = jest.spyOn(DataDeduplicationService.prototype, 'removeProcessed');
		removes.mockImplementation(async () => undefined);
		for (let pressed = 0; pressed < 2; pressed++)
			expect(requestsOf(await retry(first, { ...run, ...brief }))).toEqual(requestsOf(first));
		expect(ids()).toHaveLength(2);
	});

	it('submits what is left once', async () => {
		const first = await killed(run);
		const shared = { nodeType: nodeOfAnotherProcess() };
		const pressed = [1, 2, 3].map(async () => await retry(first, { ...more, ...shared }));
		const all = (await Promise.all(pressed)).map(requestsOf);
		expect(all).toEqual([all[0], all[0], all[0]]);
		expect([...all[0]!].sort()).toEqual(ids().sort());
		expect(ids()).toHaveLength(3);
	});
});

describe('a killed loop', () => {
	it('of two rows a round takes up each row of the rounds before, and makes what is left', async () => {
		const round = (...values: string[]): EditRun => ({ items: rows(values), parameters: BY_ROW });
		const [first, second, third] = [round('one', 'two'), round('three', 'four'), round('five')];
		const one = await killed(first);
		const two = await killed({ ...second, retryOf: one.run });
		const again = await retry(two, first);
		const more = { nodeType: nodeOfAnotherProcess(), killedRun: undefined };
		const next = await retry(two, { ...second, ...more, retryOf: again.run });
		const last = await retry(two, { ...third, ...more, retryOf: next.run });
		expect([again, next].map(requestsOf)).toEqual([one, two].map(requestsOf));
		expect(requestsOf(last)).toEqual(ids().slice(-1));
		expect(ids()).toHaveLength(5);
	});
});

describe('Retry execution of a run that a timeout has ended', () => {
	it('delivers what fal has made all the same, in place of another one', async () => {
		const works = bench.holdEdits('one');
		bench.fal.faults.add({ stage: 'cancel', kind: 'drop-before', times: 2 });
		const brief = { items: rows(['one']), parameters: BY_ROW, options: { timeout: 1 } };
		const first = await anew(brief);
		expect(first.error).toBeDefined();
		works.release();
		await until(() => bench.fal.jobs.every(({ state }) => state === 'COMPLETED'));
		const again = { ...brief, killedRun: undefined, retryOf: first.run };
		expect(made(await retry(first, again)).map(({ json }) => json.request_id)).toEqual(ids());
		expect(ids()).toHaveLength(1);
	});
});
