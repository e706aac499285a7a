import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../n8n/paths';
import { shapesOfTypes } from '../../scripts/contract/clientTypes';
import { compare, type Shapes } from '../../scripts/contract/compare';
import { shapesOfOpenApi } from '../../scripts/contract/openApi';
import { ourShapes } from '../../scripts/contract/ours';

const ours: Shapes = {
	prompt: { type: 'string', required: true },
	count: { type: 'integer', required: false, default: 1, min: 1, max: 4 },
	format: { type: 'string', required: false, values: ['png', 'jpeg'], default: 'png' },
};

describe('two schemas', () => {
	it('that are equal', () => expect(compare(ours, ours)).toEqual([]));

	it.each<[string, Shapes, string[]]>([
		[
			'a new field',
			{ ...ours, mask: { type: 'string', required: false } },
			['mask is new: {"type":"string","required":false}'],
		],
		['a field gone', { prompt: ours.prompt!, count: ours.count! }, ['format is gone']],
		[
			'a new value and one gone',
			{ ...ours, format: { ...ours.format!, values: ['png', 'avif'] } },
			['format takes new values: avif', 'format no longer takes: jpeg'],
		],
		[
			'another default',
			{ ...ours, format: { ...ours.format!, default: 'jpeg' } },
			['format: default is "jpeg" at fal, "png" here'],
		],
		[
			'another range',
			{ ...ours, count: { ...ours.count!, max: 8 } },
			['count: max is 8 at fal, 4 here'],
		],
		[
			'a field that is now required',
			{ ...ours, count: { ...ours.count!, required: true } },
			['count: required is true at fal, false here'],
		],
		[
			'another type',
			{ ...ours, count: { type: 'string', required: false } },
			['count: type is "string" at fal, "integer" here'],
		],
		['what only one of both says', { ...ours, count: { type: 'integer', required: false } }, []],
	])('with %s', (_name, theirs, expected) => expect(compare(ours, theirs)).toEqual(expected));

	it('with a field that one source need not have', () =>
		expect(compare(ours, { prompt: ours.prompt!, count: ours.count! }, ['format'])).toEqual([]));
});

describe('an OpenAPI document', () => {
	const document = {
		paths: {
			'/some/model': {
				post: {
					requestBody: {
						content: { 'application/json': { schema: { $ref: '#/components/schemas/Input' } } },
					},
				},
			},
		},
		components: {
			schemas: {
				Format: { type: 'string', enum: ['png', 'jpeg'] },
				Input: {
					type: 'object',
					required: ['prompt'],
					properties: {
						prompt: { type: 'string', minLength: 3 },
						count: {
							anyOf: [{ type: 'integer', minimum: 1, maximum: 4 }, { type: 'null' }],
							default: 1,
						},
						format: { allOf: [{ $ref: '#/components/schemas/Format' }], default: 'png' },
					},
				},
			},
		},
	};

	it('is read through references, and where a field may be null', () =>
		expect(shapesOfOpenApi(document, 'some/model')).toEqual(ours));

	it.each([{}, { paths: {} }, { error: 'rate limited' }])(
		'that lacks the endpoint passes for none: %j',
		(empty) => expect(() => shapesOfOpenApi(empty, 'some/model')).toThrow('does not describe'),
	);
});

describe("the client's types", () => {
	const text = `
		export type Other = { prompt: number };
		export type Input = {
			/** What to do. */
			prompt: string;
			/** How many. Default value: \`1\` */
			count?: number;
			/** Of the file. Default value: \`"png"\` */
			format?: "png" | "jpeg";
		};
		export type Alias = Input;`;

	it.each(['Input', 'Alias'])('are read: %s', (name) =>
		expect(compare(ours, shapesOfTypes(text, name))).toEqual([]),
	);

	it('that lack the input pass for none', () =>
		expect(() => shapesOfTypes(text, 'Missing')).toThrow('have no Missing'));

	it('of the installed client have all of ours but the newest field', () => {
		const types = join(projectRoot, 'node_modules/@fal-ai/client/src/types/endpoints.d.ts');
		const theirs = shapesOfTypes(readFileSync(types, 'utf8'));
		expect(Object.keys(theirs)).toHaveLength(11);
		expect(compare(ourShapes(), theirs)).toEqual(['system_prompt is gone']);
	});
});
