import type { IDataObject } from 'n8n-workflow';
import { failure, made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => (bench.fal.settings.proxyAllows = ['api.fal.ai/']));

const BY_ROW = { prompt: '={{ $json.value }}' };
const three = rows(['one', 'two', 'three']);
const stages = () => new Set(bench.fal.records.map(({ stage }) => stage));

describe('a run that could cost more', () => {
	it.each<[string, IDataObject, IDataObject, number]>([
		['3 images', {}, {}, 0.45],
		['3 × 4 images', { numImages: 4 }, {}, 1.8],
		['4K, which counts double', { resolution: '4K' }, {}, 0.9],
		['web search', {}, { enableWebSearch: true }, 0.495],
		['all of it', { numImages: 2, resolution: '4K' }, { enableWebSearch: true }, 1.89],
	])('is refused before the first order: %s', async (_name, parameters, more, cost) => {
		const run = { items: three, parameters: { ...BY_ROW, ...parameters } };
		const below = { ...more, maxCost: cost - 0.001 };
		const error = failure(await bench.edit({ ...run, options: below }));
		expect(error.message).toContain(`${cost} USD`);
		expect(error.message).toContain("'Maximum Cost (USD)'");
		expect(stages()).toEqual(new Set(['pricing']));
		made(await bench.edit({ ...run, options: { ...more, maxCost: cost } }));
	});

	it('is refused by Submit Edit too', async () => {
		const run = { items: three, parameters: BY_ROW, options: { maxCost: 0.4 } };
		expect(failure(await bench.run('submit', run)).message).toContain('0.45 USD');
		expect(bench.fal.jobs).toEqual([]);
	});

	it('fails every item where the node goes on', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const { outputs } = await bench.edit({ items: three, options: { maxCost: 0 }, node });
		expect(outputs[0]).toHaveLength(3);
		for (const { json } of outputs[0] ?? []) expect(json.error).toContain('0.45 USD');
		expect(bench.fal.jobs).toEqual([]);
	});

	it('is not even asked about where a row is bad', async () => {
		const run = { items: rows(['one', 'b']), parameters: BY_ROW, options: { maxCost: 9 } };
		expect(failure(await bench.edit(run)).message).toContain("'Prompt'");
		expect(bench.fal.records).toEqual([]);
	});
});

describe('a cap that cannot be checked is none', () => {
	const refused = async () => {
		const error = failure(await bench.edit({ items: three, options: { maxCost: 100 } }));
		expect(error.message).toMatch(/'Maximum Cost \(USD\)' cannot be checked/);
		expect(stages()).toEqual(new Set(['pricing']));
		return error.description ?? '';
	};

	it.each([
		['401-error', /does not recognize the API key/],
		['403-error', /refused this API key/],
		['404-error', /HTTP 404 from the emulator/],
		['500-error', /on fal's side/],
	])('so nothing is ordered, and the error says why: %s', async (kind, why) => {
		bench.fal.faults.add({ stage: 'pricing', kind });
		expect(await refused()).toMatch(why);
	});

	it("so nothing is ordered behind fal's own proxy", async () => {
		bench.fal.settings.proxyAllows = [];
		expect(await refused()).toMatch(/price list cannot be reached.*'Proxy URL'/);
	});

	it.each([
		[{ currency: 'EUR' }, /in EUR/],
		[{ unit: 'megapixels' }, /for megapixels/],
	])('so nothing is ordered at a price that says %j', async (more, why) => {
		const price = { unit_price: 0.15, unit: 'image', currency: 'USD', ...more };
		const body = { prices: [{ endpoint_id: 'fal-ai/nano-banana-pro/edit', ...price }] };
		bench.fal.faults.add({ stage: 'pricing', kind: 'status', status: 200, body });
		expect(await refused()).toMatch(why);
	});

	it('but a price that comes at the third try is one', async () => {
		bench.fal.faults.add({ stage: 'pricing', kind: '503', times: 2 });
		made(await bench.edit({ options: { maxCost: 1 } }));
		expect(bench.calls('pricing')).toHaveLength(3);
	});
});

it('asks for the price once, for the cap and the cost together', async () => {
	const out = made(await bench.edit({ items: three, options: { maxCost: 1 } }));
	expect(out.map(({ json }) => json.cost)).toEqual([0.15, 0.15, 0.15]);
	expect(bench.calls('pricing')).toHaveLength(1);
});
