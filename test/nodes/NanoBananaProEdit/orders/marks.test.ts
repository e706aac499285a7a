import { DataDeduplicationService, ExecuteContext } from 'n8n-core';
import { BY_KILLED_RUN, CLAIM, MARKS } from '../../../../nodes/shared/limits';
import { nodeOfAnotherProcess } from '../../../support/anotherProcess';
import {
	failure,
	fromFields,
	made,
	PUBLIC_URL,
	rows,
	until,
	useEditBench,
} from '../../../support/edit';
import type { EditRun } from '../../../support/edit';
import type { NodeResult } from '../../../support/engine';
import { makeImage, storeImage } from '../../../support/images';
import { useProcessedData } from '../../../support/processedData';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] }, 'filesystem');
beforeAll(useProcessedData);
let tests = 0;
beforeEach(async () => {
	tests++;
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => jest.restoreAllMocks());

const BY_ROW = { prompt: '={{ $json.value }}' };
/** For the runs that look in vain: how long is no part of an order. */
const brief = { options: { timeout: 1 } };
/** One for each test, since n8n's memory is of a node. */
const own = () => ({ node: { id: `node ${tests}` } });
const requestsOf = (result: NodeResult) => made(result).map(({ json }) => json.request_id);
const ids = () => bench.fal.jobs.map(({ id }) => id);

/** A run that a trigger has started, in an n8n that is killed before it saves the run. */
const killed = async (run: EditRun) =>
	await bench.edit({ ...own(), ...run, mode: 'webhook', isKilled: true });

/** n8n's Retry execution of it, in the next n8n: it begins anew, with nothing in its state. */
const retry = async (run: EditRun) =>
	await bench.edit({ ...own(), ...run, mode: 'retry', nodeType: nodeOfAnotherProcess() });

// First, while nothing of other tests is remembered.
it('of runs that never end only the latest are remembered', async () => {
	jest.replaceProperty(MARKS, 'living', 1);
	const run = { items: rows(['one', 'two']), parameters: BY_ROW };
	made(await killed(run));
	// One of the two counts as that of a killed run here, whose orders this process knows to be another's.
	failure(await bench.edit({ ...own(), ...run, ...brief, mode: 'retry' }));
	expect(ids()).toHaveLength(3);
});

describe('what a killed run has ordered', () => {
	it.each(['edit', 'submit'])(
		'Retry execution takes up, and orders the rest: %s',
		async (operation) => {
			const parameters = { ...BY_ROW, operation };
			const first = await killed({ items: rows(['one', 'two']), parameters });
			await bench.settled();
			const out = await retry({ items: rows(['one', 'two', 'three']), parameters });
			expect(requestsOf(out).slice(0, 2)).toEqual(requestsOf(first));
			expect(requestsOf(out).sort()).toEqual(ids().sort());
			expect(ids()).toHaveLength(3);
		},
	);

	it('is found by its files, which are uploaded anew', async () => {
		const photos = await Promise.all([1, 2].map(async (seed) => await storeImage('a.png', seed)));
		const items = photos.map(({ file }) => ({ json: {}, binary: { photo: file } }));
		const run = { items, parameters: { images: fromFields('photo') } };
		const first = requestsOf(await killed(run));
		expect(requestsOf(await retry(run))).toEqual(first);
		expect(ids()).toHaveLength(2);
	});

	it('is one order of all items, where it was one', async () => {
		const parameters = { prompt: 'all of them', combineItems: true };
		const run = { items: rows([1, 2]), parameters };
		made(await killed(run));
		expect(made(await retry(run))).toHaveLength(1);
		expect(ids()).toHaveLength(1);
	});

	it('is in doubt where an expression gives another value, and is not made again', async () => {
		const parameters = { prompt: '={{ "at " + $now.toMillis() }}' };
		made(await killed({ parameters }));
		const first = await retry({ parameters, ...brief });
		expect(failure(first).description).toContain('may have taken the edit');
		failure(await retry({ parameters, ...brief, retryOf: first.run }));
		expect(ids()).toHaveLength(1);
	});

	it('is ordered anew, where the user begins a new run', async () => {
		const run = { items: rows(['one']), parameters: BY_ROW };
		made(await killed(run));
		made(await bench.edit({ ...own(), ...run, mode: 'webhook', nodeType: nodeOfAnotherProcess() }));
		expect(ids()).toHaveLength(2);
	});

	it.each([
		['within a day, also past midnight', BY_KILLED_RUN.about - 60_000, 1],
		['no longer after two', 2 * BY_KILLED_RUN.about, 2],
	])('is looked for %s', async (_, later, orders) => {
		const run = { items: rows(['one']), parameters: BY_ROW };
		made(await killed(run));
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + later);
		made(await retry(run));
		expect(ids()).toHaveLength(orders);
	});

	it('is known as such by a process that has ended a run of the same rows', async () => {
		const run = { ...own(), items: rows(['one']), parameters: BY_ROW };
		made(await bench.edit({ ...run, mode: 'webhook' }));
		const first = requestsOf(await killed({ ...run, nodeType: nodeOfAnotherProcess() }));
		expect(requestsOf(await bench.edit({ ...run, mode: 'retry' }))).toEqual(first);
		expect(ids()).toHaveLength(2);
	});

	it('is taken up as often as Retry execution is pressed for that run', async () => {
		const run = { items: rows(['one', 'two']), parameters: BY_ROW };
		const first = requestsOf(await killed(run));
		for (let pressed = 0; pressed < 2; pressed++)
			expect(requestsOf(await retry(run))).toEqual(first);
		expect(ids()).toHaveLength(2);
	});
});

describe('a run that n8n has saved leaves no marks', () => {
	const run = { items: rows(['one', 'two']), parameters: BY_ROW };

	it.each(['webhook', 'trigger', 'retry'] as const)('in the mode %s', async (mode) => {
		const one = { items: rows(['one']), parameters: BY_ROW };
		made(await bench.edit({ ...own(), ...one, mode }));
		made(await retry(one));
		expect(ids()).toHaveLength(2);
	});

	it('also where n8n does not tell when it has saved it', async () => {
		const old = { value: undefined, configurable: true };
		Object.defineProperty(ExecuteContext.prototype, 'onExecutionFinish', old);
		made(await bench.edit({ ...own(), ...run, mode: 'webhook' }));
		Reflect.deleteProperty(ExecuteContext.prototype, 'onExecutionFinish');
		made(await retry(run));
		expect(ids()).toHaveLength(4);
	});

	it('also where it has failed', async () => {
		bench.take({ stage: 'submit', kind: '401', match: { prompt: 'two' }, times: 1 });
		failure(await bench.edit({ ...own(), ...run, mode: 'webhook' }));
		made(await retry(run));
		expect(ids()).toHaveLength(3);
	});

	it('also where it was stopped', async () => {
		const slow = { ...run, items: rows(['one', 'two [latency: 600000]']) };
		let stop = () => {};
		const stopped = bench.edit({
			...own(),
			...slow,
			mode: 'webhook',
			onStart: (stopRun) => (stop = stopRun),
		});
		await until(() => bench.calls('download').length > 0 && ids().length === 2);
		stop();
		await stopped;
		failure(await retry({ ...slow, ...brief }));
		expect(ids()).toHaveLength(4);
	});

	it('and one that goes on in this process is no killed one', async () => {
		made(await killed(run));
		made(await bench.edit({ ...own(), ...run, mode: 'retry' }));
		expect(ids()).toHaveLength(4);
	});
});

it('a manual run, which nobody can retry, makes none', async () => {
	const run = { items: rows(['one']), parameters: BY_ROW };
	made(await bench.edit({ ...own(), ...run, isKilled: true }));
	made(await retry(run));
	expect(ids()).toHaveLength(2);
});

it('where n8n cannot keep them, all is as without', async () => {
	const refuses = jest.spyOn(DataDeduplicationService.prototype, 'checkProcessedAndRecord');
	refuses.mockRejectedValue(new Error('FOREIGN KEY constraint failed'));
	const run = {
		items: rows(Array.from({ length: 100 }, (_, row) => `row ${row}`)),
		parameters: BY_ROW,
	};
	expect(made(await bench.edit({ ...own(), ...run, mode: 'webhook' }))).toHaveLength(100);
	// It is asked a few times for the first ones, and then no more.
	expect(refuses.mock.calls.length).toBeLessThanOrEqual(2 * CLAIM.tries);
	expect(made(await retry(run))).toHaveLength(100);
});
