import { failure, made, rows, until } from '../../../support/edit';
import { hold } from '../../../support/hold';
import { brief, BY_ROW, requestsOf, useKilledRuns } from '../../../support/killedRuns';

const { bench, own, ids, killed, forgotten, retry } = useKilledRuns();

describe('what fal had given up before the kill, and the node had submitted again', () => {
	const node = () => ({ ...own().node, retryOnFail: true, maxTries: 2 });
	const gaveUp = { stage: 'model', kind: 'completed-error', times: 1 } as const;

	it('is not what Retry execution takes up', async () => {
		bench.fal.faults.add(gaveUp);
		const run = { items: rows(['one']), parameters: BY_ROW };
		const first = await killed({ ...run, node: node() });
		expect(ids()).toHaveLength(2);
		expect(requestsOf(await retry(first, run))).toEqual(ids().slice(1));
		expect(ids()).toHaveLength(2);
	});

	it('is not taken for what is not listed yet, where an edit has several images', async () => {
		const run = { items: rows(['one']), parameters: { ...BY_ROW, numImages: 2 } };
		const works = hold();
		const second = { prompt: 'one', nth: 2 };
		bench.fal.faults.add(gaveUp);
		bench.fal.faults.add({ stage: 'queue', kind: 'latency', match: second, until: works.until });
		bench.fal.faults.add({ stage: 'cancel', kind: 'drop-before' });
		const onStart = (end: () => void) => void until(() => ids().length === 2).then(end);
		const first = await killed({ ...run, node: node(), onStart });
		const { description } = failure(await retry(first, { ...run, ...brief }));
		expect(description).toContain('may have taken the edit');
		works.release();
		expect(requestsOf(await retry(first, run))).toEqual([ids()[1], ids()[1]]);
		expect(ids()).toHaveLength(2);
	});
});

it('what one retry has submitted, another one of the same run does not, also in another process', async () => {
	bench.take({ stage: 'submit', kind: '401', times: 1, match: { prompt: 'two' } });
	const run = { items: rows(['one', 'two [listed: never]']), parameters: BY_ROW };
	const first = await bench.edit({ ...own(), ...run, mode: 'webhook' });
	failure(first);
	const again = { ...run, killedRun: undefined, retryOf: first.run };
	made(await retry(first, again));
	const { description } = failure(await retry(first, { ...again, ...brief }));
	expect(description).toContain('may have taken the edit');
	expect(ids()).toHaveLength(2);
});

describe('a look into the history that fails', () => {
	const run = { items: rows(['one']), parameters: BY_ROW };
	const shut = () => bench.fal.faults.add({ stage: 'history', kind: '403' });

	it('leaves in doubt what may have made room in the database for others', async () => {
		const first = await killed(run);
		await forgotten();
		shut();
		const { description } = failure(await retry(first, { ...run, ...brief }));
		expect(description).toContain('may have taken the edit');
		expect(ids()).toHaveLength(1);
	});

	it('so does one with Sync Mode, of which fal keeps no history', async () => {
		const sync = { ...run, options: { syncMode: true } };
		const first = await killed(sync);
		await forgotten();
		const { description } = failure(await retry(first, sync));
		expect(description).toContain('may have taken the edit');
		expect(ids()).toHaveLength(1);
	});

	it('holds up nothing that has never been submitted', async () => {
		bench.take({ stage: 'submit', kind: '401', times: 1 });
		const first = await killed(run);
		failure(first);
		shut();
		made(await retry(first, run));
		expect(ids()).toHaveLength(1);
	});
});
