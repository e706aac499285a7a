import type { NanoBananaProEditInput } from '@fal-ai/client/endpoints';
import type { INodeProperties } from 'n8n-workflow';
import { flag, integer, oneOf, optionalText, text } from '../../shared/n8n/checks';
import { propertyOf, type Parameter } from '../../shared/n8n/options';

/** The endpoint's input. `system_prompt` is in fal's current schema but newer than the client's published types. */
export type EditInput = NanoBananaProEditInput & { system_prompt?: string };

type Field = keyof EditInput;

/** Lists every value of a field: one too many, or one forgotten, fails the type-check. */
const valuesOf =
	<F extends Field, T extends string = Extract<EditInput[F], string>>() =>
	<const V extends readonly T[]>(values: V & ([T] extends [V[number]] ? V : never)): V =>
		values;

const ASPECT_RATIOS = valuesOf<'aspect_ratio'>()([
	...['auto', '21:9', '16:9', '3:2', '4:3', '5:4', '1:1', '4:5', '3:4', '2:3', '9:16'],
] as const);
const RESOLUTIONS = valuesOf<'resolution'>()(['1K', '2K', '4K']);
const OUTPUT_FORMATS = valuesOf<'output_format'>()(['png', 'jpeg', 'webp']);
const SAFETY_TOLERANCES = valuesOf<'safety_tolerance'>()(['1', '2', '3', '4', '5', '6']);

const choices = (values: readonly string[], names: Record<string, string> = {}) =>
	values.map((value) => ({ name: names[value] ?? value, value }));

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
		description: 'What to do with the images, in plain words',
		sent: 'always',
		// fal's own bounds, seen in copies of its schema.
		check: text(3, 50_000),
	},
	num_images: {
		displayName: 'Number of Images',
		name: 'numImages',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 4, numberPrecision: 0 },
		default: 1,
		description: 'How many edited images to make from one prompt',
		hint: 'Each image is charged. With a Seed they may all be equal.',
		sent: 'always',
		check: integer(1, 4),
	},
	aspect_ratio: {
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: choices(ASPECT_RATIOS, {
			auto: 'Auto (Like the Input)',
			'1:1': '1:1 (Square)',
			'16:9': '16:9 (Wide)',
			'9:16': '9:16 (Phone)',
		}),
		default: 'auto',
		description: 'Width to height of the edited image',
		sent: 'always',
		check: oneOf(ASPECT_RATIOS),
	},
	resolution: {
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		options: choices(RESOLUTIONS, {
			'1K': '1K (About 1,000 Pixels Wide)',
			'2K': '2K (About 2,000 Pixels Wide)',
			'4K': '4K (About 4,000 Pixels Wide, Costs More)',
		}),
		default: '1K',
		description: 'How large the edited image is',
		sent: 'always',
		check: oneOf(RESOLUTIONS),
	},
	output_format: {
		displayName: 'Output Format',
		name: 'outputFormat',
		type: 'options',
		options: choices(OUTPUT_FORMATS, {
			png: 'PNG (No Loss)',
			jpeg: 'JPEG (Small File)',
			webp: 'WebP (Smallest File)',
		}),
		default: 'png',
		description: 'File type of the edited image',
		sent: 'always',
		check: oneOf(OUTPUT_FORMATS),
	},
	enable_web_search: {
		displayName: 'Enable Web Search',
		name: 'enableWebSearch',
		type: 'boolean',
		default: true,
		description: 'Whether the model may look things up on the web. This costs extra.',
		sent: 'whenSet',
		check: flag,
	},
	limit_generations: {
		displayName: 'Limit Generations',
		name: 'limitGenerations',
		type: 'boolean',
		default: true,
		description:
			'Whether to ignore words in the prompt that ask for several images, so that only Number of Images counts',
		sent: 'whenSet',
		check: flag,
	},
	safety_tolerance: {
		displayName: 'Safety Tolerance',
		name: 'safetyTolerance',
		type: 'options',
		options: choices(SAFETY_TOLERANCES, {
			'1': '1 (Refuses Most)',
			'4': '4 (Usual)',
			'6': '6 (Refuses Least)',
		}),
		default: '4',
		description: 'How much doubtful content the filter lets through',
		sent: 'whenSet',
		check: oneOf(SAFETY_TOLERANCES),
	},
	seed: {
		displayName: 'Seed',
		name: 'seed',
		type: 'number',
		typeOptions: { numberPrecision: 0 },
		default: 0,
		description:
			'A whole number that makes results more alike between runs. The same result twice is not promised. With more than one image, all may be equal, and each is charged.',
		sent: 'whenSet',
		check: integer(),
	},
	sync_mode: {
		displayName: 'Sync Mode',
		name: 'syncMode',
		type: 'boolean',
		default: true,
		description:
			'Whether fal sends the image inside its answer and keeps no copy. Such a result can be fetched for only a few minutes.',
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
		description: 'Rules that hold for every prompt, such as a house style',
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
