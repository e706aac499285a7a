import type { NanoBananaProEditInput } from '@fal-ai/client/endpoints';

/** The endpoint's input. `system_prompt` is in fal's current schema but newer than the client's published types. */
export type EditInput = NanoBananaProEditInput & { system_prompt?: string };

/** Lists every value of a union type: one too many, or one forgotten, fails the type-check. */
const valuesOf =
	<T extends string>() =>
	<const V extends readonly T[]>(values: V & ([T] extends [V[number]] ? V : never)): V =>
		values;

export const ASPECT_RATIOS = valuesOf<NonNullable<EditInput['aspect_ratio']>>()([
	'auto',
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
]);
export const RESOLUTIONS = valuesOf<NonNullable<EditInput['resolution']>>()(['1K', '2K', '4K']);
export const OUTPUT_FORMATS = valuesOf<NonNullable<EditInput['output_format']>>()([
	'png',
	'jpeg',
	'webp',
]);
export const SAFETY_TOLERANCES = valuesOf<NonNullable<EditInput['safety_tolerance']>>()([
	'1',
	'2',
	'3',
	'4',
	'5',
	'6',
]);

export const choices = (values: readonly string[], names: Record<string, string> = {}) =>
	values.map((value) => ({ name: names[value] ?? value, value }));

/** fal's own bounds for the prompt, in characters (seen in copies of its schema). */
export const PROMPT_LENGTH = { min: 3, max: 50_000 };
