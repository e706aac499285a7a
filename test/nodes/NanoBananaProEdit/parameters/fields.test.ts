import type { IDataObject } from 'n8n-workflow';
import { scalarFields, schema } from '../../../../nodes/NanoBananaProEdit/parameters/fields';
import { made, PUBLIC_URL, useEditBench } from '../../../support/edit';
import { makeImage, readOutputs, sha256 } from '../../../support/images';

const RATIOS = 'auto 21:9 16:9 3:2 4:3 5:4 1:1 4:5 3:4 2:3 9:16'.split(' ');
const RESOLUTIONS = ['1K', '2K', '4K'];
const FORMATS = ['png', 'jpeg', 'webp'];

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => {
	bench.fal.settings.image = 'tiny';
});

/** What fal gets when the user has set nothing but a prompt and an image. */
const DEFAULTS = {
	prompt: 'make it blue',
	image_urls: [PUBLIC_URL],
	num_images: 1,
	aspect_ratio: 'auto',
	resolution: '1K',
	output_format: 'png',
};

it('has every field of the endpoint once, under the names of the contract', () => {
	const names = scalarFields.map((field) => [field, schema[field].name]);
	expect(Object.fromEntries(names)).toEqual({
		prompt: 'prompt',
		num_images: 'numImages',
		aspect_ratio: 'aspectRatio',
		resolution: 'resolution',
		output_format: 'outputFormat',
		system_prompt: 'systemPrompt',
		seed: 'seed',
		safety_tolerance: 'safetyTolerance',
		enable_web_search: 'enableWebSearch',
		limit_generations: 'limitGenerations',
		sync_mode: 'syncMode',
	});
});

it('sends all 99 combinations of ratio, resolution and format as they are, and nothing else', async () => {
	const combinations = RATIOS.flatMap((aspect_ratio) =>
		RESOLUTIONS.flatMap((resolution) =>
			FORMATS.map((output_format) => ({ aspect_ratio, resolution, output_format })),
		),
	);
	const result = await bench.edit({
		items: combinations.map((json) => ({ json })),
		parameters: {
			prompt: '={{ $json.aspect_ratio }} {{ $json.resolution }} {{ $json.output_format }}',
			aspectRatio: '={{ $json.aspect_ratio }}',
			resolution: '={{ $json.resolution }}',
			outputFormat: '={{ $json.output_format }}',
		},
	});
	expect(made(result)).toHaveLength(99);
	const byPrompt = (a: IDataObject, b: IDataObject) =>
		String(a.prompt) < String(b.prompt) ? -1 : 1;
	const wanted = combinations.map((sent) => ({
		...DEFAULTS,
		...sent,
		prompt: Object.values(sent).join(' '),
	}));
	expect(bench.inputs().sort(byPrompt)).toEqual(wanted.sort(byPrompt));
	// Item i is edit i, whichever came first at fal.
	expect(made(result).map(({ json }) => json.content_type)).toEqual(
		combinations.map(({ output_format }) => `image/${output_format}`),
	);
});

it('sends the five fields with a default when nothing is set', async () => {
	await bench.edit();
	expect(bench.inputs()).toEqual([DEFAULTS]);
});

it.each([1, 2, 3, 4])('makes %i items for as many images, in the order of fal', async (count) => {
	const images = await Promise.all([0, 1, 2, 3].map(async (seed) => await makeImage('png', seed)));
	bench.fal.settings.image = ({ index }) => images[index]!;
	const items = made(await bench.edit({ parameters: { numImages: count } }));
	expect(bench.inputs()).toEqual([{ ...DEFAULTS, num_images: count }]);
	expect(items.map(({ json }) => json.index)).toEqual([0, 1, 2, 3].slice(0, count));
	expect((await readOutputs(items)).map(sha256)).toEqual(images.slice(0, count).map(sha256));
	expect(new Set(items.map(({ json }) => json.request_id)).size).toBe(1);
});

it.each<[string, string | number | boolean, IDataObject]>([
	['systemPrompt', 'Keep the label.', { system_prompt: 'Keep the label.' }],
	['systemPrompt', ' two\nlines, "quoted" 🙂 ', { system_prompt: ' two\nlines, "quoted" 🙂 ' }],
	['seed', 0, { seed: 0 }],
	['seed', -7, { seed: -7 }],
	['seed', 4_294_967_296, { seed: 4_294_967_296 }],
	['safetyTolerance', '1', { safety_tolerance: '1' }],
	['safetyTolerance', '2', { safety_tolerance: '2' }],
	['safetyTolerance', '3', { safety_tolerance: '3' }],
	['safetyTolerance', '4', { safety_tolerance: '4' }],
	['safetyTolerance', '5', { safety_tolerance: '5' }],
	['safetyTolerance', '6', { safety_tolerance: '6' }],
	['enableWebSearch', true, { enable_web_search: true }],
	['enableWebSearch', false, { enable_web_search: false }],
	['limitGenerations', true, { limit_generations: true }],
	['limitGenerations', false, { limit_generations: false }],
	['syncMode', true, { sync_mode: true }],
	['syncMode', false, { sync_mode: false }],
])('sends options.%s when it is added: %j', async (name, value, sent) => {
	made(await bench.edit({ options: { [name]: value } }));
	expect(bench.inputs()).toEqual([{ ...DEFAULTS, ...sent }]);
});

it('sends all options at once', async () => {
	const options = {
		systemPrompt: 'Keep it calm.',
		seed: 3,
		safetyTolerance: '2',
		enableWebSearch: false,
		limitGenerations: false,
		syncMode: false,
	};
	made(await bench.edit({ options }));
	expect(bench.inputs()).toEqual([
		{
			...DEFAULTS,
			system_prompt: 'Keep it calm.',
			seed: 3,
			safety_tolerance: '2',
			enable_web_search: false,
			limit_generations: false,
			sync_mode: false,
		},
	]);
});

it('does not send a system prompt that is empty', async () => {
	made(await bench.edit({ options: { systemPrompt: '' } }));
	expect(bench.inputs()).toEqual([DEFAULTS]);
});

it.each([
	'a "quoted" \\ word',
	'line one\nline two',
	'Füße, 猫, 🧜‍♀️',
	'  spaces stay  ',
	'{{ not }} a template',
])('sends the prompt as it is: %j', async (prompt) => {
	made(await bench.edit({ parameters: { prompt } }));
	expect(bench.inputs()).toEqual([{ ...DEFAULTS, prompt }]);
});

it.each([
	['queuePriority', 'low', 'x-fal-queue-priority', 'low'],
	['queuePriority', 'normal', 'x-fal-queue-priority', 'normal'],
	['timeout', 90, 'x-fal-queue-priority', 'normal'],
])('options.%s %s is no field of the body', async (name, value, header, sent) => {
	made(await bench.edit({ options: { [name]: value } }));
	expect(bench.inputs()).toEqual([DEFAULTS]);
	expect(bench.fal.jobs[0]?.headers[header]).toBe(sent);
});
