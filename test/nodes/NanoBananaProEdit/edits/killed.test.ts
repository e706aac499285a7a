import { failure, fromFields, made, rows, until, type EditRun } from '../../../support/edit';
import { nodeOfAnotherProcess } from '../../../support/anotherProcess';
import type { NodeResult } from '../../../support/engine';
import { storeImage } from '../../../support/images';
import { brief, BY_ROW, requestsOf, useKilledRuns } from '../../../support/killedRuns';

const { bench, own, ids, killed, forgotten, retry } = useKilledRuns();

describe('what a killed run has submitted', () => {
	it.each(['edit', 'submit'])(
		'Retry execution takes up, and submits the rest: %s',
		async (operation) => {
			const parameters = { ...BY_ROW, operation };
			const first = await killed({ items: rows(['one', 'two']), parameters });
			await bench.settled();
			const out = await retry(first, { items: rows(['one', 'two', 'three']), parameters });
			expect(requestsOf(out).slice(0, 2)).toEqual(requestsOf(first));
			expect(requestsOf(out).sort()).toEqual(ids().sort());
			expect(ids()).toHaveLength(3);
		},
	);

	it('is found where an earlier node makes its files anew', async () => {
		const photos = async () =>
			await Promise.all(
				[1, 2].map(async (seed) => ({
					json: {},
					binary: { photo: (await storeImage('a.png', seed)).file },
				})),
			);
		const parameters = { images: fromFields('photo') };
		const first = await killed({ items: await photos(), parameters });
		expect(requestsOf(await retry(first, { items: await photos(), parameters }))).toEqual(
			requestsOf(first),
		);
		expect(ids()).toHaveLength(2);
	});

	it('is one request of all items, where it was one', async () => {
		const parameters = { prompt: 'all of them', combineItems: true };
		const run = { items: rows([1, 2]), parameters };
		expect(made(await retry(await killed(run), run))).toHaveLength(1);
		expect(ids()).toHaveLength(1);
	});

	it('is found where an expression gives another value', async () => {
		const parameters = { prompt: '={{ "at " + $now.toMillis() }}' };
		const first = await killed({ parameters });
		expect(requestsOf(await retry(first, { parameters }))).toEqual(requestsOf(first));
		expect(ids()).toHaveLength(1);
	});

	it('is in doubt where it has no seed of its own and cannot be told from others, and is not made again', async () => {
		const parameters = { prompt: '={{ "at " + $now.toMillis() }}', numImages: 2 };
		const killedRun = await killed({ parameters });
		const first = await retry(killedRun, { parameters, ...brief });
		expect(failure(first).description).toContain('may have taken the edit');
		failure(await retry(killedRun, { parameters, ...brief, retryOf: first.run }));
		expect(ids()).toHaveLength(1);
	});

	it('is submitted anew, where the user begins a new run', async () => {
		const run = { items: rows(['one']), parameters: BY_ROW };
		made(await killed(run));
		made(await bench.edit({ ...own(), ...run, mode: 'webhook', nodeType: nodeOfAnotherProcess() }));
		expect(ids()).toHaveLength(2);
	});

	it.each([1, 48])('is found %d hours later', async (hours) => {
		const run = { items: rows(['one']), parameters: BY_ROW };
		const first = await killed(run);
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + hours * 3_600_000);
		expect(requestsOf(await retry(first, run))).toEqual(requestsOf(first));
		expect(ids()).toHaveLength(1);
	});

	it('is its own, also where an equal run has ended, or is at work', async () => {
		const run = { ...own(), items: rows(['one', 'two']), parameters: BY_ROW };
		const first = await killed(run);
		const others = requestsOf(await bench.edit({ ...run, mode: 'webhook' }));
		expect(requestsOf(await retry(first, run))).toEqual(requestsOf(first));
		expect(requestsOf(first)).not.toEqual(others);
		expect(ids()).toHaveLength(4);
	});

	it('is not what an equal run has submitted before, where its own is not listed yet', async () => {
		const run = { ...own(), items: rows(['the same']), parameters: BY_ROW };
		made(await bench.edit({ ...run, mode: 'webhook' }));
		bench.holdEdits('the same');
		bench.fal.faults.add({ stage: 'cancel', kind: 'drop-before' });
		const onStart = (end: () => void) => void until(() => ids().length === 2).then(end);
		const first = await killed({ ...run, onStart });
		const { description } = failure(await retry(first, { ...run, ...brief }));
		expect(description).toContain('may have taken the edit');
		expect(ids()).toHaveLength(2);
	});

	it('is found however often Retry execution is pressed for that run', async () => {
		const run = { items: rows(['one', 'two']), parameters: BY_ROW };
		const first = await killed(run);
		for (let pressed = 0; pressed < 2; pressed++)
			expect(requestsOf(await retry(first, run))).toEqual(requestsOf(first));
		expect(ids()).toHaveLength(2);
	});

	it.each([
		['of one image', BY_ROW],
		['of two images', { ...BY_ROW, numImages: 2 }],
		['with a seed of the user', { ...BY_ROW, options: { seed: 7 } }],
	])('is found where there are more than n8n keeps in its database: %s', async (_, parameters) => {
		const items = rows(Array.from({ length: 25 }, (_row, row) => `row ${row}`));
		const run = { items, parameters };
		const first = await killed(run);
		await forgotten();
		expect(requestsOf(await retry(first, run))).toEqual(requestsOf(first));
		expect(ids()).toHaveLength(25);
	});

	it('is found by reading the history once', async () => {
		const items = rows(Array.from({ length: 60 }, (_, row) => `row ${row}`));
		const run = { items, parameters: BY_ROW };
		const first = await killed(run);
		const before = bench.calls('history').length;
		made(await retry(first, run));
		expect(bench.calls('history').length - before).toBeLessThanOrEqual(2);
		expect(ids()).toHaveLength(60);
	});
});

describe('a loop that was killed', () => {
	/** The visits of a loop are runs of one execution, one after the other. */
	async function loop(
		values: string[],
		visit: (run: EditRun, last?: NodeResult) => Promise<NodeResult>,
	) {
		let last: NodeResult | undefined;
		const given: unknown[] = [];
		for (const value of values) {
			last = await visit({ items: rows([value]), parameters: BY_ROW }, last);
			given.push(...requestsOf(last));
		}
		return { last: last!, given };
	}

	it.each([
		['different rows', ['one', 'two', 'three', 'four', 'five']],
		['equal rows, each an edit of its own', ['same', 'same', 'same', 'same', 'same']],
	])('makes what is left of it: %s', async (_, values) => {
		const first = await loop(
			values.slice(0, 3),
			async (run, last) => await killed({ ...run, retryOf: last?.run }),
		);
		const process = nodeOfAnotherProcess();
		const second = await loop(
			values,
			async (run, last) =>
				await retry(first.last, {
					...run,
					nodeType: process,
					...(last && { retryOf: last.run, killedRun: undefined }),
				}),
		);
		expect(second.given.slice(0, 3)).toEqual(first.given);
		expect(new Set(second.given).size).toBe(5);
		expect(ids()).toHaveLength(5);
	});
});
