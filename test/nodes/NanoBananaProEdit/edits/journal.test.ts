import { DataDeduplicationService, ExecuteContext } from 'n8n-core';
import { CLAIM } from '../../../../nodes/shared/limits';
import { failure, made, rows, until } from '../../../support/edit';
import { brief, BY_ROW, useKilledRuns } from '../../../support/killedRuns';

const { bench, own, ids, killed, retry } = useKilledRuns();

// Of two images each, since one alone is found by its seed.
const TWO_EACH = { ...BY_ROW, numImages: 2 };

describe('a run that n8n has saved leaves nothing in its journal', () => {
	const run = { items: rows(['one', 'two']), parameters: TWO_EACH };

	it.each(['webhook', 'trigger'] as const)('in the mode %s', async (mode) => {
		const first = await bench.edit({ ...own(), ...run, mode });
		made(await retry(first, run));
		expect(ids()).toHaveLength(4);
	});

	it('but that of a retry does, since another retry of the same run knows nothing of it', async () => {
		const first = await bench.edit({ ...own(), ...run, mode: 'retry' });
		made(await retry(first, run));
		expect(ids()).toHaveLength(2);
	});

	it('also where n8n does not tell when it has saved it', async () => {
		const old = { value: undefined, configurable: true };
		Object.defineProperty(ExecuteContext.prototype, 'onExecutionFinish', old);
		const first = await bench.edit({ ...own(), ...run, mode: 'webhook' });
		Reflect.deleteProperty(ExecuteContext.prototype, 'onExecutionFinish');
		made(await retry(first, run));
		expect(ids()).toHaveLength(4);
	});

	it('also where it has failed', async () => {
		bench.take({ stage: 'submit', kind: '401', match: { prompt: 'two' }, times: 1 });
		const first = await bench.edit({ ...own(), ...run, mode: 'webhook' });
		failure(first);
		made(await retry(first, run));
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
		await until(() => bench.calls('download').length > 1 && ids().length === 2);
		stop();
		failure(await retry(await stopped, { ...slow, ...brief }));
		expect(ids()).toHaveLength(4);
	});
});

it('what fal has clearly refused stands in no journal', async () => {
	const run = { items: rows(['one']), parameters: TWO_EACH };
	bench.take({ stage: 'submit', kind: '401', times: 1 });
	const first = await killed(run);
	failure(first);
	made(await retry(first, run));
	expect(ids()).toHaveLength(1);
});

it('a manual run, which nobody can retry, keeps no journal', async () => {
	const run = { items: rows(['one']), parameters: TWO_EACH };
	const first = await bench.edit({ ...own(), ...run, isKilled: true });
	made(await retry(first, run));
	expect(ids()).toHaveLength(2);
});

it('where n8n cannot keep it, all is as without', async () => {
	const refuses = jest.spyOn(DataDeduplicationService.prototype, 'checkProcessedAndRecord');
	refuses.mockRejectedValue(new Error('FOREIGN KEY constraint failed'));
	const items = rows(Array.from({ length: 100 }, (_, row) => `row ${row}`));
	const run = { items, parameters: TWO_EACH };
	const first = await bench.edit({ ...own(), ...run, mode: 'webhook' });
	expect(made(first)).toHaveLength(200);
	// It is asked a few times for the first ones, and then no more.
	expect(refuses.mock.calls.length).toBeLessThanOrEqual(2 * CLAIM.tries);
	expect(made(await retry(first, run))).toHaveLength(200);
});
