import type { IDataObject } from 'n8n-workflow';
import { PRICE } from '../../../../nodes/shared/limits';
import { made, PUBLIC_URL, rows, until, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => {
	bench.fal.settings.proxyAllows = ['api.fal.ai/'];
	jest.restoreAllMocks();
});

const BY_ROW = { prompt: '={{ $json.value }}' };
const continues = { onError: 'continueRegularOutput' as const };
const costOf = ({ cost, cost_currency, billable_units }: IDataObject) => ({
	cost,
	cost_currency,
	billable_units,
});
const COSTS = ['cost', 'cost_currency', 'billable_units'];

describe('what an image has cost', () => {
	it.each<[string, IDataObject, number, number]>([
		['1K', {}, 0.15, 1],
		['4K', { resolution: '4K' }, 0.3, 2],
		['web search', { options: { enableWebSearch: true } }, 0.165, 1.1],
	])('stands in its item: %s', async (_name, parameters, cost, units) => {
		const [item] = made(await bench.edit({ parameters }));
		expect(costOf(item!.json)).toEqual({ cost, cost_currency: 'USD', billable_units: units });
	});

	it('is its own share, so that a column sums to what was paid', async () => {
		const items = rows(['one', 'two']);
		const result = await bench.edit({ items, parameters: { ...BY_ROW, numImages: 3 } });
		const out = made(result).map(({ json }) => json);
		const sum = (name: string) => out.reduce((total, json) => total + Number(json[name]), 0);
		expect(out).toHaveLength(6);
		expect(sum('cost')).toBeCloseTo(0.9, 9);
		expect(sum('billable_units')).toBeCloseTo(6, 9);
		expect(sum('billable_units')).toBeCloseTo(
			bench.fal.jobs.reduce((total, job) => total + job.units, 0),
			9,
		);
		expect(result.hints).toEqual(['Made 6 images in 2 edits for 0.90 USD']);
	});

	it('is the whole in the one item of an edit', async () => {
		const options = { outputMode: 'singleItem', downloadImages: false };
		const [item] = made(await bench.edit({ parameters: { numImages: 4 }, options }));
		expect(costOf(item!.json)).toEqual({ cost: 0.6, cost_currency: 'USD', billable_units: 4 });
	});

	it('comes from Get Result too', async () => {
		const items = await bench.submitAll(['one']);
		const result = await bench.run('getResult', { items });
		const [item] = made(result);
		expect(result.hints).toEqual(['Fetched 1 image in 1 edit for 0.15 USD']);
		expect(costOf(item!.json)).toEqual({ cost: 0.15, cost_currency: 'USD', billable_units: 1 });
	});

	it('is not that of an edit before, but a column of the user stays', async () => {
		bench.fal.faults.add({ stage: 'pricing', kind: '403-error' });
		const items = [
			{ json: { cost: 0.15, cost_currency: 'USD', billable_units: 1 } },
			{ json: { cost: 'on account' } },
		];
		const [first, second] = made(await bench.edit({ items }));
		expect(costOf(first!.json)).toEqual({});
		expect(second?.json.cost).toBe('on account');
	});

	it('is delivered again with what was fetched once', async () => {
		const items = rows(['first [fault: result=401 x1]', 'second [fault: result=404 @2]']);
		const node = { ...continues, retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
		const out = made(await bench.edit({ items, parameters: BY_ROW, node }));
		expect(out.map(({ json }) => json.cost)).toEqual([0.15, 0.15]);
	});
});

describe('where it is not known there is no field, and never a 0', () => {
	const none = async (run = {}) => {
		const result = await bench.edit(run);
		const [item] = made(result);
		for (const name of COSTS) expect(item?.json).not.toHaveProperty(name);
		return result;
	};

	it('because the user does not want it', async () => {
		const { hints } = await none({ options: { includeCost: false } });
		expect(bench.calls('pricing')).toEqual([]);
		expect(hints).toEqual(['Made 1 image in 1 edit']);
	});

	it.each([
		['no header', {}],
		['an empty one', { 'x-fal-billable-units': '' }],
		['one that is no number', { 'x-fal-billable-units': 'two' }],
	])('because fal says no units: %s', async (_name, headers) => {
		const body = { images: [{ url: `${bench.fal.mediaUrl}/b/00000000/x.png` }], description: '' };
		bench.fal.faults.add({ stage: 'result', kind: 'status', status: 200, body, headers });
		await none({ options: { downloadImages: false } });
	});

	it.each(['401-error', '403-error', '404-error'])(
		'because the key may not read prices: %s',
		async (kind) => {
			bench.fal.faults.add({ stage: 'pricing', kind });
			const { hints } = await none({ items: rows(['one', 'two', 'three']), parameters: BY_ROW });
			expect(bench.calls('pricing')).toHaveLength(1);
			expect(hints.filter((hint) => /no access to fal's price list/.test(hint))).toHaveLength(1);
		},
	);

	it("because fal's own proxy lets nobody through", async () => {
		bench.fal.settings.proxyAllows = [];
		const { hints } = await none({ items: rows(['one', 'two', 'three']), parameters: BY_ROW });
		expect(bench.calls('pricing')).toHaveLength(1);
		expect(hints.filter((hint) => /'Proxy URL'/.test(hint))).toHaveLength(1);
	});

	it.each([
		{ prices: [] },
		{ prices: [{ endpoint_id: 'other', unit_price: 1, unit: 'images', currency: 'USD' }] },
		{ detail: 'User is locked.' },
		{ prices: [null, { endpoint_id: 'fal-ai/nano-banana-pro/edit', unit_price: '0.15' }] },
	])('because the answer has no price: %j', async (body) => {
		bench.fal.faults.add({ stage: 'pricing', kind: 'status', status: 200, body });
		await none();
	});
});

describe('the price is asked', () => {
	it('once a run', async () => {
		made(await bench.edit({ items: rows(Array(12).fill('edit')), parameters: BY_ROW }));
		expect(bench.calls('pricing')).toHaveLength(1);
	});

	it('once more where the call breaks', async () => {
		bench.fal.faults.add({ stage: 'pricing', kind: 'drop-before', times: 1 });
		const out = made(
			await bench.edit({ items: rows(['one', 'two', 'three']), parameters: BY_ROW }),
		);
		expect(out.map(({ json }) => json.cost)).toEqual([0.15, 0.15, 0.15]);
		expect(bench.calls('pricing')).toHaveLength(2);
	});

	it('not again where it hangs: no edit waits twice', async () => {
		jest.replaceProperty(PRICE, 'deadline', 300);
		bench.fal.faults.add({ stage: 'pricing', kind: 'hang' });
		const out = made(await bench.edit({ items: rows(['one', 'two']), parameters: BY_ROW }));
		for (const { json } of out) expect(json).not.toHaveProperty('cost');
		expect(bench.calls('pricing')).toHaveLength(1);
	});

	it.each<[string, IDataObject]>([
		['a prompt too short', { prompt: 'b' }],
		['no image', { images: { values: [] } }],
	])('never, where nothing is ordered: %s', async (_name, parameters) => {
		expect((await bench.edit({ parameters })).error).toBeDefined();
		expect(bench.fal.records).toEqual([]);
	});

	it('never by Submit Edit, which knows no cost', async () => {
		await bench.submitAll(['one']);
		expect(bench.calls('pricing')).toEqual([]);
	});

	it('while fal works: an edit waits for no price that is there by its end', async () => {
		const held = bench.holdEdits('slow');
		const running = bench.edit({ parameters: { prompt: 'slow edit' } });
		await until(() => bench.calls('pricing')[0]?.statusCode === 200);
		expect(bench.fal.jobs[0]?.state).not.toBe('COMPLETED');
		held.release();
		expect(made(await running)[0]?.json.cost).toBe(0.15);
	});
});
