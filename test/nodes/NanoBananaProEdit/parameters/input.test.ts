import type { IDataObject } from 'n8n-workflow';
import { failure, made, PUBLIC_URL, useEditBench } from '../../../support/edit';
import {
	LABELS,
	MALFORMED,
	MALFORMED_IMAGES,
	malformedCount,
	parametersWith,
	RAW,
} from '../../../support/malformed';
import { makeImage, storeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

/** Both for an operation that orders and for one that only asks, the request is there: only the value is wrong. */
const REQUEST = { json: { request_id: '12345678-0000-4000-8000-000000000000' } };

describe.each(Object.entries(MALFORMED))(
	'%s: a value that an expression has made wrong is refused before any call',
	(operation, table) => {
		const cases = table.flatMap(([name, expressions]) =>
			expressions.map((expression) => [name, expression] as const),
		);

		it.each(cases)('%s = %s', async (name, expression) => {
			const parameters = { operation, ...parametersWith(name, `={{ ${expression} }}`) };
			const error = failure(await bench.edit({ items: [REQUEST], parameters }));
			expect(error.message).toContain(`'${LABELS[name]}'`);
			expect(error.message).not.toMatch(RAW);
			expect(error.message.length).toBeLessThan(250);
			expect(error.description).toMatch(name === 'requestId' ? /request_id/ : `'${LABELS[name]}'`);
			expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
			expect(bench.fal.records).toEqual([]);
		});
	},
);

describe('an entry of Images that names no image is refused before any call', () => {
	it.each(MALFORMED_IMAGES)('%s', async (_name, images, named) => {
		const { file } = await storeImage();
		const items = [{ json: {}, binary: { data: file } }];
		const error = failure(
			await bench.edit({ items, parameters: { images: images as IDataObject } }),
		);
		expect(error.message).toMatch(named);
		expect(error.message).not.toMatch(RAW);
		expect(error.message.length).toBeLessThan(250);
		expect(error.description).toBeTruthy();
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(bench.fal.records).toEqual([]);
	});
});

it('counts more than 200 malformed values in its tables', () => {
	expect(malformedCount()).toBeGreaterThan(200);
});

describe('a value that means the right thing is taken', () => {
	it.each<[string, unknown, IDataObject]>([
		['prompt', 2024, { prompt: '2024' }],
		['prompt', '={{ 12.5 }}', { prompt: '12.5' }],
		['prompt', 'say "hi"\nto \\ them 🙂', { prompt: 'say "hi"\nto \\ them 🙂' }],
		['prompt', '猫を青く', { prompt: '猫を青く' }],
		['prompt', '={{ "x".repeat(50000) }}', { prompt: 'x'.repeat(50_000) }],
		['numImages', '2', { num_images: 2 }],
		['numImages', '={{ "3" }}', { num_images: 3 }],
		['numImages', '={{ 4.0 }}', { num_images: 4 }],
		['aspectRatio', '={{ " 16:9 " }}', { aspect_ratio: '16:9' }],
		['options.safetyTolerance', '={{ 5 }}', { safety_tolerance: '5' }],
		['options.seed', '={{ "77" }}', { seed: 77 }],
		['options.seed', '={{ Number.MAX_SAFE_INTEGER }}', { seed: Number.MAX_SAFE_INTEGER }],
		['options.syncMode', '={{ "false" }}', { sync_mode: false }],
		['options.limitGenerations', '={{ "FALSE" }}', { limit_generations: false }],
		['options.enableWebSearch', '={{ "true" }}', { enable_web_search: true }],
		['options.systemPrompt', '={{ 42 }}', { system_prompt: '42' }],
		['options.batching.batch.batchSize', -1, {}],
		['options.batching.batch.batchSize', '={{ 0 }}', {}],
		['options.timeout', '={{ "30" }}', {}],
		['options', '={{ ({}) }}', {}],
	])('%s = %j', async (name, value, sent) => {
		made(await bench.edit({ parameters: parametersWith(name, value) }));
		expect(bench.inputs()).toEqual([
			{
				prompt: 'make it blue',
				image_urls: [PUBLIC_URL],
				num_images: 1,
				aspect_ratio: 'auto',
				resolution: '1K',
				output_format: 'png',
				...sent,
			},
		]);
	});

	it.each<[string, IDataObject]>([
		['a seed that is not there', { seed: '={{ undefined }}' }],
		['a seed that is null', { seed: '={{ null }}' }],
		['a seed of an empty cell', { seed: '={{ "" }}' }],
		['a switch of an empty cell', { limitGenerations: '={{ "" }}' }],
		['a switch that is null', { enableWebSearch: '={{ null }}' }],
		['a timeout of an empty cell', { timeout: '={{ "" }}' }],
		['a field name of an empty cell', { binaryPropertyOutput: '={{ "" }}' }],
		['a system prompt of an empty cell', { systemPrompt: '={{ "" }}' }],
		['a system prompt that is null', { systemPrompt: '={{ null }}' }],
	])('%s counts as not added', async (_name, options) => {
		made(await bench.edit({ options }));
		expect(Object.keys(bench.inputs()[0] ?? {})).toHaveLength(6);
	});
});
