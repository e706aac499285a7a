import type { IDataObject } from 'n8n-workflow';
import { failure, made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const three = rows(['one', 'two', 'three']);

describe('a seed for several images of one edit', () => {
	const seedHints = (hints: string[]) => hints.filter((hint) => /'Seed'/.test(hint));

	it.each(['edit', 'submit'])('is told of once a run: %s', async (operation) => {
		const parameters = { numImages: 4 };
		const result = await bench.run(operation, { items: three, parameters, options: { seed: 7 } });
		made(result);
		expect(seedHints(result.hints)).toHaveLength(1);
		expect(bench.fal.jobs).toHaveLength(3);
	});

	it.each<[string, number, IDataObject]>([
		['one image', 1, { seed: 7 }],
		['no seed', 4, {}],
	])('is none with %s', async (_name, numImages, options) => {
		const result = await bench.edit({ parameters: { numImages }, options });
		made(result);
		expect(seedHints(result.hints)).toEqual([]);
	});
});

describe('a cap that was added and is not known', () => {
	const caps = ['maxCost', 'maxImages'] as const;
	const EMPTY = ['={{ $json.budget }}', '={{ null }}', '={{ "" }}', '={{ undefined }}', ''];
	const cases = caps.flatMap((name) => EMPTY.map((value) => [name, value] as const));

	it.each(cases)('is none, so nothing is ordered: %s = %j', async (name, value) => {
		for (const operation of ['edit', 'submit']) {
			const error = failure(
				await bench.run(operation, { items: three, options: { [name]: value } }),
			);
			expect(error.message).toMatch(/'Maximum (Cost \(USD\)|Images)'/);
		}
		expect(bench.fal.records).toEqual([]);
	});

	it.each(caps)('does not stand in the way of an operation that has none: %s', async (name) => {
		const items = made(await bench.run('submit'));
		await bench.settled();
		const options = { [name]: '={{ null }}' };
		made(await bench.run('getResult', { items, options }));
	});
});

describe('a callback that cannot arrive', () => {
	const webhookUrl = 'https://example.com/webhook/edited';
	const prompt = 'blue [fault: webhook=never]';

	it.each([false, true])(
		'as fal would put the images in it, is refused (combined: %j)',
		async (combineItems) => {
			const run = { items: three, options: { syncMode: true } };
			const parameters = { prompt, webhookUrl, combineItems };
			const error = failure(await bench.run('submit', { ...run, parameters }));
			expect(error.message).toMatch(/'Sync Mode' cannot be used with 'Webhook URL'/);
			expect(bench.fal.records).toEqual([]);
		},
	);

	it.each<[string, IDataObject, IDataObject]>([
		['without Sync Mode', { webhookUrl }, { syncMode: false }],
		['without an address', {}, { syncMode: true }],
	])('is none %s', async (_name, parameters, options) => {
		made(await bench.run('submit', { parameters: { prompt, ...parameters }, options }));
		expect(bench.fal.jobs).toHaveLength(1);
	});

	it('since it goes to a Test URL, is told of once a run', async () => {
		const parameters = { prompt, webhookUrl: 'https://n8n.example.com/webhook-test/edited' };
		const result = await bench.run('submit', { items: three, parameters });
		made(result);
		expect(result.hints.filter((hint) => /Test URL/.test(hint))).toHaveLength(1);
		expect(bench.fal.jobs).toHaveLength(3);
	});

	it('is told of too where the first item has none', async () => {
		const parameters = { prompt, webhookUrl: '={{ $json.value }}' };
		const items = rows(['', 'http://localhost:5678/webhook/done']);
		const { hints } = await bench.run('submit', { items, parameters });
		expect(hints).toEqual([expect.stringContaining("cannot reach the 'Webhook URL'")]);
	});
});
