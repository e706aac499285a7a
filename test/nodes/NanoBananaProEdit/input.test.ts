import type { IDataObject } from 'n8n-workflow';
import { failure, made, PUBLIC_URL, useEditBench } from '../../support/edit';
import { makePicture } from '../../support/pictures';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makePicture() };
});

/** The way of a table's first column to the run's parameters. */
function parametersWith(name: string, value: unknown): IDataObject {
	const [top, ...rest] = name.split('.');
	const inner = rest.length > 0 ? parametersWith(rest.join('.'), value) : value;
	return { [top ?? name]: inner } as IDataObject;
}

const LABELS: Record<string, string> = {
	prompt: 'Prompt',
	numImages: 'Number of Images',
	aspectRatio: 'Aspect Ratio',
	resolution: 'Resolution',
	outputFormat: 'Output Format',
	combineItems: 'Combine All Items Into One Edit',
	'options.systemPrompt': 'System Prompt',
	'options.seed': 'Seed',
	'options.safetyTolerance': 'Safety Tolerance',
	'options.enableWebSearch': 'Enable Web Search',
	'options.limitGenerations': 'Limit Generations',
	'options.syncMode': 'Sync Mode',
	'options.imageTransfer': 'Image Transfer',
	'options.fileExpiration': 'File Expiration',
	'options.timeout': 'Timeout (Seconds)',
	'options.queuePriority': 'Queue Priority',
	'options.outputMode': 'Output Mode',
	'options.binaryPropertyOutput': 'Put Output in Field',
	'options.downloadImages': 'Download Images',
	'options.includeInputFields': 'Include Input Fields',
	'options.includeLogs': 'Include Logs',
	'options.maxImages': 'Maximum Images',
	'options.batching.batch.batchSize': 'Items Per Batch',
	'options.batching.batch.batchInterval': 'Batch Interval (Ms)',
};

const NOTHING_LIKE_TEXT = ['null', 'undefined', '[]', '({})', 'true', 'NaN'];
const NO_WHOLE_NUMBER = ['"abc"', '1.5', 'NaN', 'null', '[]', '({})', 'Infinity', '" "', '1e21'];
const NO_CHOICE = ['"8:1"', '""', 'null', '[]', '({})', 'NaN', '1e9', '"auto\\nauto!"'];
const NO_FLAG = ['"yes"', '1', '[]', '({})', '"wahr"', '" "'];

/** Each is what an expression gives for the parameter. */
const MALFORMED: Array<[name: string, expressions: string[]]> = [
	['prompt', [...NOTHING_LIKE_TEXT, '""', '"  \\n "', '"ab"', '" a "', '"x".repeat(50001)']],
	['numImages', [...NO_WHOLE_NUMBER, '0', '9', '-1', '"5"', 'true']],
	['aspectRatio', NO_CHOICE],
	['resolution', [...NO_CHOICE, '"1k"', '"8K"', '1024']],
	['outputFormat', [...NO_CHOICE, '"jpg"', '"PNG"', '"image/png"']],
	['combineItems', NO_FLAG],
	['options.systemPrompt', ['[]', '({})', 'true']],
	['options.seed', NO_WHOLE_NUMBER.filter((value) => value !== 'null')],
	['options.safetyTolerance', ['0', '7', '"strict"', '({})', '[4]', '4.5']],
	['options.enableWebSearch', NO_FLAG],
	['options.limitGenerations', NO_FLAG],
	['options.syncMode', NO_FLAG],
	['options.imageTransfer', ['"ftp"', '({})']],
	['options.fileExpiration', ['"2h"', '3600', '({})']],
	['options.timeout', ['0', '-5', 'NaN', '"soon"', '({})', '[]', '" "', 'Infinity']],
	['options.queuePriority', ['"high"', '1', '[]']],
	['options.outputMode', ['"both"', '({})']],
	['options.binaryPropertyOutput', ['"  "', '({})', '[]', '"x".repeat(101)']],
	['options.downloadImages', NO_FLAG],
	['options.includeInputFields', NO_FLAG],
	['options.includeLogs', NO_FLAG],
	['options.maxImages', ['0', '-1', '"many"', '2.5', '({})']],
	['options.batching.batch.batchSize', ['"all"', '1.5', '({})', '-2']],
	['options.batching.batch.batchInterval', ['-1', '"slow"', '({})']],
];

/** What JavaScript says of code that did not expect a value; a user can do nothing with it. */
const RAW = /undefined|cannot read|is not a function|\[object|TypeError|of null|NaN is/i;

describe('a value that an expression has made wrong is refused before any call', () => {
	const cases = MALFORMED.flatMap(([name, expressions]) =>
		expressions.map((expression) => [name, expression] as const),
	);

	it.each(cases)('%s = %s', async (name, expression) => {
		const error = failure(
			await bench.edit({ parameters: parametersWith(name, `={{ ${expression} }}`) }),
		);
		expect(error.message).toContain(`'${LABELS[name]}'`);
		expect(error.message).not.toMatch(RAW);
		expect(error.message.length).toBeLessThan(250);
		expect(error.description).toContain(`'${LABELS[name]}'`);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(bench.fal.records).toEqual([]);
	});
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
