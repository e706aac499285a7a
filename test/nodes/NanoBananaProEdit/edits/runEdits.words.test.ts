import { BinaryDataService } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';
import { failure, made, PUBLIC_URL, rows, until, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => jest.restoreAllMocks());

const BY_ROW = { prompt: '={{ $json.value }}' };
const idOf = (prompt: string) =>
	bench.fal.jobs.find(({ input }) => Object(input).prompt === prompt)?.id;
const REFUSED = 'edit [fault: result=refusal-422]';

describe('where the node stops', () => {
	it.each([
		[
			1,
			/1 other edit was submitted before the node stopped\. To get the images, use Get Result with these request IDs: [\w-]{36}$/,
		],
		[
			2,
			/2 other edits were submitted before the node stopped\. To get the images, use Get Result .*: [\w-]{36}, [\w-]{36}$/,
		],
	])('%d other order is named, with what to do', async (count, words) => {
		const others = Array.from({ length: count }, (_, one) => `other ${one}`);
		const items = rows([REFUSED, ...others]);
		const { description, context } = failure(await bench.edit({ items, parameters: BY_ROW }));
		expect(description).toMatch(words);
		expect((context?.request_ids as string[]).sort()).toEqual(others.map(idOf).sort());
	});

	it('nothing is said of others where there are none', async () => {
		const items = rows([REFUSED]);
		const { description, context } = failure(await bench.edit({ items, parameters: BY_ROW }));
		expect(description).not.toMatch(/other edit/);
		expect(context).not.toHaveProperty('request_ids');
	});

	it('one order that got no answer is told of, and where to look', async () => {
		bench.take({ stage: 'submit', kind: 'drop-after', match: { prompt: 'lost' } });
		bench.fal.faults.add({ stage: 'history', kind: '401-error' });
		bench.fal.faults.add({
			...{ stage: 'submit', kind: '422-list', match: { prompt: 'bad' } },
			until: async () => await until(() => bench.calls('history').length > 0),
		});
		const items = rows(['lost', 'bad']);
		const { description } = failure(await bench.edit({ items, parameters: BY_ROW }));
		expect(description).toMatch(/ 1 submit got no answer: fal may have taken the edit\. Check/);
	});

	it('a doubt about its own row is told once, and a program reads it in `context.doubt`', async () => {
		bench.take({ stage: 'submit', kind: 'drop-after' });
		bench.fal.faults.add({ stage: 'history', kind: '401-error' });
		const { description, context } = failure(await bench.edit());
		expect(description?.match(/may have taken the edit/g)).toHaveLength(1);
		expect(context).toMatchObject({ doubt: true });
		bench.take({ stage: 'submit', kind: '422-list' });
		expect(failure(await bench.edit()).context).not.toHaveProperty('doubt');
	});

	it('by the user, what was ordered is named, and that it was cancelled', async () => {
		let stop = () => {};
		const items = rows(['one [latency: 600000]', 'two [latency: 600000]']);
		const running = bench.edit({ items, parameters: BY_ROW, onStart: (run) => (stop = run) });
		await until(() => bench.calls('status').length + bench.calls('stream').length >= 2);
		stop();
		const { error, run } = await running;
		const told = error?.description ?? JSON.stringify(run.data.resultData);
		expect(told).toContain('Edits that had not started at fal were cancelled. To get the images');
		for (const { id } of bench.fal.jobs) expect(told).toContain(id);
	});
});

it.each<[string, IDataObject]>([
	['each row', {}],
	['all rows', { combineItems: true }],
])('no item makes no order and no call, one for %s', async (_, parameters) => {
	expect(made(await bench.edit({ items: [], parameters }))).toEqual([]);
	expect(bench.fal.records).toEqual([]);
});

it('a failure after an order names its request, in words of its own', async () => {
	const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
	jest.spyOn(BinaryDataService.prototype, 'store').mockRejectedValue(full);
	const { message, description, context } = failure(await bench.edit());
	expect(message).toContain('no space left on device');
	expect(description).toBe(`Request ID: ${bench.fal.jobs[0]?.id}`);
	expect(context).toMatchObject({ request_id: bench.fal.jobs[0]?.id });
});

describe('Maximum Cost', () => {
	const goesOn = { node: { onError: 'continueRegularOutput' as const }, parameters: BY_ROW };

	it('does not count a row that is refused', async () => {
		const run = { items: rows(['one', '']), options: { maxCost: 0.15 }, ...goesOn };
		const { outputs } = await bench.edit(run);
		expect(outputs[0]?.map(({ json }) => 'error' in json)).toEqual([false, true]);
	});

	it('is not asked for where no row can be ordered', async () => {
		await bench.edit({ items: rows(['', '']), options: { maxCost: 0.15 }, ...goesOn });
		expect(bench.fal.records).toEqual([]);
	});
});
