import type { ErrorDetail } from './errors';
import { errorDetail } from './errors';
import { isObject } from './http';

export const ratios = [
	'21:9',
	'16:9',
	'3:2',
	'4:3',
	'5:4',
	'1:1',
	'4:5',
	'3:4',
	'2:3',
	'9:16',
] as const;
export const formats = ['jpeg', 'png', 'webp'] as const;
export const resolutions = ['1K', '2K', '4K'] as const;

export type Ratio = (typeof ratios)[number];
export type Format = (typeof formats)[number];
export type Resolution = (typeof resolutions)[number];

/** The endpoint's input with its defaults filled in. */
export interface Edit {
	prompt: string;
	image_urls: string[];
	num_images: number;
	aspect_ratio: Ratio | 'auto';
	output_format: Format;
	resolution: Resolution;
	sync_mode: boolean;
	limit_generations: boolean;
	enable_web_search: boolean;
	safety_tolerance: string;
	system_prompt: string;
	seed?: number;
}

type Check = (value: unknown, loc: Array<string | number>) => ErrorDetail[];

const text =
	(min: number, max: number): Check =>
	(input, loc) => {
		if (typeof input !== 'string')
			return [errorDetail(loc, 'string_type', 'Input should be a valid string', { input })];
		// Python counts characters where JavaScript counts UTF-16 units.
		const length = [...input].length;
		if (length < min) {
			const msg = `String should have at least ${min} characters`;
			return [errorDetail(loc, 'string_too_short', msg, { ctx: { min_length: min }, input })];
		}
		if (length <= max) return [];
		const msg = `String should have at most ${max} characters`;
		return [errorDetail(loc, 'string_too_long', msg, { ctx: { max_length: max }, input })];
	};

const bool: Check = (input, loc) =>
	typeof input === 'boolean'
		? []
		: [errorDetail(loc, 'bool_type', 'Input should be a valid boolean', { input })];

const integer =
	(min = -Infinity, max = Infinity): Check =>
	(input, loc) => {
		if (typeof input !== 'number' || !Number.isInteger(input)) {
			return [errorDetail(loc, 'int_type', 'Input should be a valid integer', { input })];
		}
		if (input < min) {
			const msg = `Input should be greater than or equal to ${min}`;
			return [errorDetail(loc, 'greater_than_equal', msg, { ctx: { ge: min }, input })];
		}
		if (input <= max) return [];
		const msg = `Input should be less than or equal to ${max}`;
		return [errorDetail(loc, 'less_than_equal', msg, { ctx: { le: max }, input })];
	};

const oneOf =
	(values: readonly string[]): Check =>
	(input, loc) => {
		if (typeof input === 'string' && values.includes(input)) return [];
		const quoted = values.map((value) => `'${value}'`);
		const expected = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
		return [
			errorDetail(loc, 'literal_error', `Input should be ${expected}`, {
				ctx: { expected },
				input,
			}),
		];
	};

const urls =
	(min: number, max: number): Check =>
	(input, loc) => {
		if (!Array.isArray(input))
			return [errorDetail(loc, 'list_type', 'Input should be a valid list', { input })];
		if (input.length < min) {
			const msg = `List should have at least ${min} item after validation, not ${input.length}`;
			return [errorDetail(loc, 'sequence_too_short', msg, { ctx: { min_length: min }, input })];
		}
		if (input.length > max) {
			const msg = `List should have at most ${max} items after validation, not ${input.length}`;
			return [errorDetail(loc, 'sequence_too_long', msg, { ctx: { max_length: max } })];
		}
		return input.flatMap((item, index) => text(0, Infinity)(item, [...loc, index]));
	};

const nullable =
	(check: Check): Check =>
	(input, loc) =>
		input === null ? [] : check(input, loc);

const checks: Record<keyof Edit, Check> = {
	prompt: text(3, 50_000),
	image_urls: urls(1, 14),
	num_images: integer(1, 4),
	aspect_ratio: nullable(oneOf(['auto', ...ratios])),
	output_format: oneOf(formats),
	resolution: oneOf(resolutions),
	sync_mode: bool,
	limit_generations: bool,
	enable_web_search: bool,
	// A string on purpose: fal refuses the number 4.
	safety_tolerance: oneOf(['1', '2', '3', '4', '5', '6']),
	system_prompt: text(0, Infinity),
	seed: nullable(integer()),
};

export function schemaErrors(input: unknown): ErrorDetail[] {
	if (!isObject(input)) {
		return [
			errorDetail([], 'model_attributes_type', 'Input should be a valid dictionary or object', {
				input,
			}),
		];
	}
	const required = (['prompt', 'image_urls'] as const)
		.filter((name) => input[name] === undefined)
		.map((name) => errorDetail([name], 'missing', 'Field required', { input }));
	const wrong = Object.entries(checks).flatMap(([name, check]) =>
		input[name] === undefined ? [] : check(input[name], [name]),
	);
	return [...required, ...wrong];
}

export function unknownKeys(input: unknown): string[] {
	return isObject(input) ? Object.keys(input).filter((name) => !(name in checks)) : [];
}

/** Call only with an input that has no schema errors. */
export function fillDefaults(input: unknown): Edit {
	const given = input as Partial<Edit>;
	return {
		num_images: 1,
		output_format: 'png',
		resolution: '1K',
		sync_mode: false,
		limit_generations: true,
		enable_web_search: false,
		safety_tolerance: '4',
		system_prompt: '',
		...given,
		prompt: given.prompt ?? '',
		image_urls: given.image_urls ?? [],
		aspect_ratio: given.aspect_ratio ?? 'auto',
		seed: given.seed ?? undefined,
	};
}
