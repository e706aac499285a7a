import type { NanoBananaProEditInput } from '@fal-ai/client/endpoints';
import type { INodeProperties } from 'n8n-workflow';
import { flag, integer, optionalText, text } from '../../shared/n8n/checks';
import { choice, propertyOf, type Parameter } from '../../shared/n8n/options';

/** The endpoint's input. `system_prompt` is in fal's current schema but newer than the client's published types. */
export type EditInput = NanoBananaProEditInput & { system_prompt?: string };

type Field = keyof EditInput;

/** Lists every value of a field: one too many, or one forgotten, fails the type-check. */
const valuesOf =
	<F extends Field, T extends string = Extract<EditInput[F], string>>() =>
	<const V extends readonly T[]>(values: V & ([T] extends [V[number]] ? V : never)): V =>
		values;

// In the order of fal's schema: by shape or by size. Apart from their properties, as OUTCOMES in manyEdits.ts.
const ASPECT_RATIOS = valuesOf<'aspect_ratio'>()([
	...['auto', '21:9', '16:9', '3:2', '4:3', '5:4', '1:1', '4:5', '3:4', '2:3', '9:16'],
] as const);
const RESOLUTIONS = valuesOf<'resolution'>()(['1K', '2K', '4K']);
const OUTPUT_FORMATS = valuesOf<'output_format'>()(['png', 'jpeg', 'webp']);
const SAFETY_TOLERANCES = valuesOf<'safety_tolerance'>()(['1', '2', '3', '4', '5', '6']);

/** A list of the schema's values, some of which have names. */
const among = <V extends string>(values: readonly V[], names: Partial<Record<V, string>>) =>
	choice(values.map((value) => ({ name: names[value] ?? value, value })));

export interface SchemaField<T = unknown> extends Parameter<T> {
	/** `always`: sent with every request. `whenSet`: sent only when the user added the option. */
	sent: 'always' | 'whenSet';
}

/** THE schema: every field of the endpoint once, with its parameter in n8n. */
export const schema = {
	prompt: {
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		placeholder: 'e.g. Put the mug on a wooden table in morning light',
		description: 'What to do with the images, in plain language',
		sent: 'always',
		// fal's own bounds, seen in copies of its schema.
		check: text(
			3,
			50_000,
			"Enter in 'Prompt' what to do with the image, such as: Put the mug on a wooden table.",
		),
	},
	num_images: {
		displayName: 'Number of Images',
		name: 'numImages',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 4, numberPrecision: 0 },
		default: 1,
		description: 'How many edited images to create',
		hint: 'fal charges for each image. With a Seed, all of them may be identical.',
		sent: 'always',
		check: integer(1, 4),
	},
	aspect_ratio: {
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		...among(ASPECT_RATIOS, {
			auto: 'Auto (Same as Input)',
			'1:1': '1:1 (Square)',
			'16:9': '16:9 (Wide)',
			'9:16': '9:16 (Phone)',
		}),
		default: 'auto',
		description: 'The ratio of width to height of the edited image',
		sent: 'always',
	},
	resolution: {
		displayName: 'Resolution',
		name: 'resolution',
		...among(RESOLUTIONS, {
			'1K': '1K (About 1,000 Pixels Wide)',
			'2K': '2K (About 2,000 Pixels Wide)',
			'4K': '4K (About 4,000 Pixels Wide, Costs More)',
		}),
		default: '1K',
		description: 'The size of the edited image',
		sent: 'always',
	},
	output_format: {
		displayName: 'Output Format',
		name: 'outputFormat',
		...among(OUTPUT_FORMATS, {
			png: 'PNG (Lossless)',
			jpeg: 'JPEG (Small File)',
			webp: 'WebP (Smallest File)',
		}),
		default: 'png',
		description: 'The file type of the edited image',
		sent: 'always',
	},
	enable_web_search: {
		displayName: 'Enable Web Search',
		name: 'enableWebSearch',
		type: 'boolean',
		default: true,
		description: 'Whether the model may search the web. This costs extra.',
		sent: 'whenSet',
		check: flag,
	},
	limit_generations: {
		displayName: 'Limit Generations',
		name: 'limitGenerations',
		type: 'boolean',
		default: true,
		description:
			'Whether to ignore a number of images named in the prompt, so that only Number of Images counts',
		sent: 'whenSet',
		check: flag,
	},
	safety_tolerance: {
		displayName: 'Safety Tolerance',
		name: 'safetyTolerance',
		...among(SAFETY_TOLERANCES, {
			'1': '1 (Strictest)',
			'4': '4 (Default)',
			'6': '6 (Most Permissive)',
		}),
		default: '4',
		description: 'How strictly fal filters content',
		sent: 'whenSet',
	},
	seed: {
		displayName: 'Seed',
		name: 'seed',
		type: 'number',
		typeOptions: { numberPrecision: 0 },
		default: 0,
		description:
			'A whole number that makes repeated edits more alike. If you leave it out and make one image, the node draws a seed and returns it. With a seed of your own, several images of an edit may be identical, and fal charges for each.',
		sent: 'whenSet',
		check: integer(),
	},
	sync_mode: {
		displayName: 'Sync Mode',
		name: 'syncMode',
		type: 'boolean',
		default: true,
		description:
			'Whether fal returns the image in its response instead of storing it. You can fetch such a result for a few minutes only.',
		sent: 'whenSet',
		check: flag,
	},
	system_prompt: {
		displayName: 'System Prompt',
		name: 'systemPrompt',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. Keep the product and its label unchanged',
		description: 'Instructions that apply to every prompt, such as a house style',
		sent: 'whenSet',
		check: optionalText,
	},
} satisfies { [F in Exclude<Field, 'image_urls'>]-?: SchemaField<EditInput[F]> };

type ScalarField = keyof typeof schema;

export const scalarFields = Object.keys(schema) as ScalarField[];

/** The properties of the schema's fields: those always sent stand on top, the others under Options. */
export const propertiesOf = (sent: 'always' | 'whenSet'): INodeProperties[] =>
	Object.values(schema)
		.filter((field) => field.sent === sent)
		.map(propertyOf);
