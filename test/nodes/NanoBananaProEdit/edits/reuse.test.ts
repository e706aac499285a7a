import type { IDataObject } from 'n8n-workflow';
import {
	failure,
	fromFields,
	made,
	PUBLIC_URL,
	rows,
	useEditBench,
	type EditRun,
} from '../../../support/edit';
import { readStored } from '../../../support/engine';
import { makeImage, sha256, storeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] }, 'filesystem');
const DAY = 24 * 3_600_000;
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() =>
	Object.assign(bench.fal.settings, { proxyAllows: ['api.fal.ai/'], resultRetention: 3_600_000 }),
);

const orders = () => bench.fal.jobs.length;
const REUSE = { reuseResults: 30 };
const edit = async ({ options, ...run }: EditRun = {}) =>
	made(await bench.edit({ ...run, options: { ...REUSE, ...options } }));

it('the earlier result comes out again, and says so', async () => {
	const [first] = await edit();
	const result = await bench.edit({ options: REUSE });
	const [second] = made(result);
	expect(second?.json).toMatchObject({
		...{ request_id: first?.json.request_id, reused: true, cost: 0, billable_units: 0 },
	});
	expect(first?.json).not.toHaveProperty('reused');
	expect(sha256(await readStored(second?.binary?.data))).toBe(
		sha256(await readStored(first?.binary?.data)),
	);
	expect(result.hints).toEqual(['Reused 1 image of earlier edits']);
	expect(bench.calls('pricing')).toHaveLength(1);
});

it('without the option everything is ordered', async () => {
	await edit();
	made(await bench.edit());
	await edit({ options: { reuseResults: 0 } });
	expect(orders()).toBe(3);
	expect(bench.calls('history')).toHaveLength(1);
});

describe('another order', () => {
	it.each<[string, IDataObject, IDataObject]>([
		['prompt', { prompt: 'make it red' }, {}],
		['number of images', { numImages: 2 }, {}],
		['resolution', { resolution: '2K' }, {}],
		['seed', {}, { seed: 7 }],
		['system prompt', {}, { systemPrompt: 'be kind' }],
	])('is one with another %s', async (_name, parameters, options) => {
		await edit();
		await edit({ parameters, options });
		expect(orders()).toBe(2);
		await edit({ parameters, options });
		expect(orders()).toBe(2);
	});

	it('is not one with what is usual said, or how it comes out', async () => {
		await edit();
		await edit({ options: { safetyTolerance: '4', enableWebSearch: false } });
		await edit({ options: { outputMode: 'singleItem', timeout: 60 } });
		expect(orders()).toBe(1);
	});

	it('is one with its images in another order', async () => {
		const [one, two] = await Promise.all([1, 2].map((seed) => storeImage('a.png', seed)));
		const items = [{ json: {}, binary: { a: one!.file, b: two!.file } }];
		await edit({ items, parameters: { images: fromFields('a, b') } });
		await edit({ items, parameters: { images: fromFields('b, a') } });
		expect(orders()).toBe(2);
		await edit({ items, parameters: { images: fromFields('a, b') } });
		expect(orders()).toBe(2);
	});
});

describe('is ordered all the same', () => {
	it.each([true, false])('what is no longer at fal, downloaded or not: %s', async (downloads) => {
		bench.fal.settings.mediaLifetime = -1;
		const options = { downloadImages: false };
		await edit({ options });
		bench.fal.settings.mediaLifetime = 7 * DAY;
		const [item] = await edit({ options: { downloadImages: downloads } });
		expect(item?.json).not.toHaveProperty('reused');
		expect(orders()).toBe(2);
	});

	it('what is older, and what failed', async () => {
		await edit();
		bench.fal.jobs[0]!.submittedAt -= 31 * DAY;
		await edit();
		expect(orders()).toBe(2);
		const parameters = { prompt: 'bad [fault: result=422-policy]' };
		failure(await bench.edit({ parameters, options: REUSE }));
		failure(await bench.edit({ parameters, options: REUSE }));
		expect(orders()).toBe(4);
	});

	it.each(['401-error', '403-error', '404-error'])(
		'all, where the history may not be read, with a hint: %s',
		async (kind) => {
			bench.fal.faults.add({ stage: 'history', kind });
			const items = rows(['one', 'two', 'three']);
			const result = await bench.edit({ items, options: REUSE });
			expect(made(result)).toHaveLength(3);
			expect(bench.calls('history')).toHaveLength(1);
			expect(result.hints.filter((hint) => /request history/.test(hint))).toHaveLength(1);
		},
	);
});

it('is not in the way of Retry, which takes up what was ordered', async () => {
	const parameters = { prompt: 'later [fault: download=503 x5]' };
	const first = await bench.edit({ parameters, options: REUSE });
	failure(first);
	const [item] = made(await bench.edit({ parameters, options: REUSE, retryOf: first.run }));
	expect(item?.json).not.toHaveProperty('reused');
	expect(item?.json).toMatchObject({ request_id: bench.fal.jobs[0]?.id, cost: 0.15 });
	expect(orders()).toBe(1);
});
