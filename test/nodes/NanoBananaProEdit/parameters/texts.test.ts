import type { IDataObject } from 'n8n-workflow';
import { failure, made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

/** What a failed expression leaves, and what a sheet or a chat puts around it. */
const REMAINS = [
	...['undefined', 'null', '[object Object]', 'NaN', 'Invalid DateTime', '[object Promise]'],
	...['  undefined\n', '"undefined"', "'null'", '`null`', '“undefined”', 'null.', '[null]', 'NULL'],
	...['undefined undefined', 'undefined, null', '[object Object],[object Object]', 'Undefined!'],
	...['- undefined', '{"undefined"}', '🙂 undefined'],
	...['#N/A', '#REF!', '#VALUE!', '#NAME?', '#DIV/0!', 'None', 'nil', 'n/a', '-Infinity'],
];

const spoilt = (hints: string[]) =>
	hints.filter((hint) => / contains .*: for some items, /.test(hint));

describe('a text that is nothing but what a failed expression leaves', () => {
	it.each(REMAINS)('is no prompt, and costs nothing: %j', async (value) => {
		const run = { items: rows([value]), parameters: { prompt: '={{ $json.value }}' } };
		for (const operation of ['edit', 'submit']) {
			const error = failure(await bench.run(operation, run));
			expect(error.message).toContain("'Prompt'");
			expect(error.description).toContain('{{ $json.value }}');
			expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		}
		expect(bench.fal.records).toEqual([]);
	});

	it.each<[string, string]>([
		['of two fields', '={{ $json.style + " " + $json.place }}'],
		['of an object', '={{ String($json.value) }}'],
		[
			'of fields that are missing, with signs between them',
			'={{ $json.a }} / {{ $json.b }} / {{ $json.c }}',
		],
		['of an object in a text', '={{ $json.value }}{{ $json.value }}'],
	])('made %s', async (_name, prompt) => {
		const items = rows([{ style: 'old' }]);
		const error = failure(await bench.edit({ items, parameters: { prompt } }));
		expect(error.message).toContain("'Prompt'");
		expect(bench.fal.records).toEqual([]);
	});

	it('costs nothing where the node goes on, and other items go on', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const parameters = { prompt: '={{ $json.value }}' };
		const items = rows(['make it blue', 'undefined', 'make it red']);
		const { outputs } = await bench.edit({ items, parameters, node });
		expect(outputs[0]?.map(({ json }) => 'error' in json)).toEqual([false, true, false]);
		expect(bench.fal.jobs).toHaveLength(2);
	});

	it.each<[string, IDataObject]>([
		["'System Prompt'", { systemPrompt: '={{ $json.value }}' }],
		["'Put Output in Field'", { binaryPropertyOutput: '={{ $json.value }}' }],
	])('is none for %s', async (label, options) => {
		const error = failure(await bench.edit({ items: rows(['"undefined"']), options }));
		expect(error.message).toContain(label);
		expect(bench.fal.records).toEqual([]);
	});

	it('is no Request ID', async () => {
		const items = [{ json: { request_id: 'undefined' } }];
		expect(failure(await bench.run('getResult', { items })).message).toContain("'Request ID'");
		expect(bench.fal.records).toEqual([]);
	});

	it.each(['{{ $json.prompt }}', ' {{ $json.a }}, {{ $json.b }}. ', '{{prompt}}'])(
		'is none for an expression that was never evaluated: %s',
		async (prompt) => {
			const error = failure(await bench.edit({ parameters: { prompt } }));
			expect(error.message).toContain(`'Prompt' contains no text, only {{`);
			expect(error.description).toContain('from Fixed to Expression');
			expect(bench.fal.records).toEqual([]);
		},
	);

	it.each([
		'Leave none of it',
		'Put #1 on it',
		'null the background',
		'Remove NaN from the sign',
		'Write "undefined" on it',
		'Nullify',
	])('is more where it says more: %s', async (prompt) => {
		const result = await bench.edit({ parameters: { prompt } });
		made(result);
		expect(spoilt(result.hints)).toEqual([]);
	});
});

describe('a longer text that an expression has spoilt', () => {
	const style = { name: 'oil', strength: 2 };
	it.each<[string, IDataObject, IDataObject, string]>([
		[
			'an object',
			{ prompt: 'Restyle as {{ $json.value }}' },
			{},
			"'Prompt' contains [object Object]: for some items, {{ $json.value }}",
		],
		[
			'a field that is missing, put together in code',
			{ prompt: '{{ "Restyle as " + $json.style }}' },
			{},
			`'Prompt' contains undefined: for some items, {{ "Restyle as " + $json.style }}`,
		],
		[
			'an object in the rules for every prompt',
			{},
			{ systemPrompt: '=Keep to {{ $json.value }}' },
			"'System Prompt' contains [object Object]: for some items, {{ $json.value }}",
		],
	])('is told of once a run: %s', async (_name, { prompt = 'make it blue' }, options, words) => {
		const parameters = { prompt: `=${prompt}` };
		const result = await bench.edit({ items: rows([style, style, style]), parameters, options });
		expect(made(result)).toHaveLength(3);
		expect(spoilt(result.hints)).toEqual([expect.stringContaining(words)]);
	});

	it.each([
		'Restyle as {{ $json.style }}',
		'={{ $json.value }}',
		'={{ "Restyle as {" + "{ $json.style }" + "}" }}',
	])('is told of where an expression was never evaluated: %s', async (prompt) => {
		const items = rows(['Restyle as {{ $json.style }}']);
		const result = await bench.edit({ items, parameters: { prompt } });
		made(result);
		expect(result.hints).toContain(
			"'Prompt' contains {{ $json.style }}, which is sent as it is. If this is an expression, switch 'Prompt' from Fixed to Expression.",
		);
	});

	it.each(['={{ $json.value }}', '={{ $json["value"] }}', '={{ $json.value }} on it'])(
		'is not taken for one that comes as it is meant: %s',
		async (prompt) => {
			const said = prompt.endsWith('on it')
				? 'Leave the edges as they are'
				: 'Leave edges undefined';
			const result = await bench.edit({ items: rows([said]), parameters: { prompt } });
			made(result);
			expect(spoilt(result.hints)).toEqual([]);
		},
	);
});

describe('half of a character', () => {
	const HALF = 'Put a smile on it 🙂'.slice(0, -1);
	const whole = HALF.toWellFormed();

	it('is in no text that is sent', async () => {
		const expression = `={{ ${JSON.stringify(HALF)} }}`;
		const parameters = { prompt: expression };
		made(await bench.edit({ parameters, options: { systemPrompt: expression } }));
		expect(bench.inputs()).toEqual([
			expect.objectContaining({ prompt: whole, system_prompt: whole }),
		]);
	});

	it('is in no address, and in no callback data', async () => {
		const expression = `={{ ${JSON.stringify(HALF)} }}`;
		const parameters = {
			prompt: 'blue [fault: webhook=never]',
			webhookUrl: `={{ "https://example.com/hook?say=" + ${JSON.stringify(HALF)} }}`,
			callbackData: { values: [{ name: expression, value: expression }] },
		};
		made(await bench.run('submit', { parameters }));
		const { searchParams } = new URL(bench.fal.jobs[0]?.webhookUrl ?? '');
		expect(searchParams.get('say')).toBe(whole);
		const [data = ''] = (searchParams.get('callback_data') ?? '').split('.');
		expect(JSON.parse(Buffer.from(data, 'base64url').toString())).toEqual({ [whole]: whole });
	});
});
