import type { INodeProperties } from 'n8n-workflow';
import { flag, integer, oneOf, optionalText, text, type Check } from '../../shared/n8n/checks';
import {
	ASPECT_RATIOS,
	choices,
	type EditInput,
	OUTPUT_FORMATS,
	PROMPT_LENGTH,
	RESOLUTIONS,
	SAFETY_TOLERANCES,
} from './fieldValues';

export type { EditInput };

type Field = keyof EditInput;
type Property = Omit<INodeProperties, 'default'> & {
	default: NonNullable<INodeProperties['default']>;
};

interface SchemaField<T> {
	/** `always`: sent with every request. `whenSet`: sent only when the user added the option. */
	sent: 'always' | 'whenSet';
	check: Check<T>;
	property: Property;
}

/** THE schema: every field of the endpoint once, with its parameter in n8n. */
export const schema = {
	prompt: {
		sent: 'always',
		check: text(PROMPT_LENGTH.min, PROMPT_LENGTH.max),
		property: {
			displayName: 'Prompt',
			name: 'prompt',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. Put the mug on a wooden table in morning light',
			description: 'What to do with the images, in plain words',
		},
	},
	num_images: {
		sent: 'always',
		check: integer(1, 4),
		property: {
			displayName: 'Number of Images',
			name: 'numImages',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 4, numberPrecision: 0 },
			default: 1,
			description: 'How many edited images to make from one prompt',
			hint: 'Each image is charged',
		},
	},
	aspect_ratio: {
		sent: 'always',
		check: oneOf(ASPECT_RATIOS),
		property: {
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
		},
	},
	resolution: {
		sent: 'always',
		check: oneOf(RESOLUTIONS),
		property: {
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
		},
	},
	output_format: {
		sent: 'always',
		check: oneOf(OUTPUT_FORMATS),
		property: {
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
		},
	},
	enable_web_search: {
		sent: 'whenSet',
		check: flag,
		property: {
			displayName: 'Enable Web Search',
			name: 'enableWebSearch',
			type: 'boolean',
			default: true,
			description: 'Whether the model may look things up on the web. This costs extra.',
		},
	},
	limit_generations: {
		sent: 'whenSet',
		check: flag,
		property: {
			displayName: 'Limit Generations',
			name: 'limitGenerations',
			type: 'boolean',
			default: true,
			description:
				'Whether to ignore words in the prompt that ask for several images, so that only Number of Images counts',
		},
	},
	safety_tolerance: {
		sent: 'whenSet',
		check: oneOf(SAFETY_TOLERANCES),
		property: {
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
		},
	},
	seed: {
		sent: 'whenSet',
		check: integer(),
		property: {
			displayName: 'Seed',
			name: 'seed',
			type: 'number',
			typeOptions: { numberPrecision: 0 },
			default: 0,
			description:
				'A whole number that makes results more alike between runs. The same result twice is not promised.',
		},
	},
	sync_mode: {
		sent: 'whenSet',
		check: flag,
		property: {
			displayName: 'Sync Mode',
			name: 'syncMode',
			type: 'boolean',
			default: true,
			description:
				'Whether fal sends the image inside its answer and keeps no copy. Such a result can be fetched for only a few minutes.',
		},
	},
	system_prompt: {
		sent: 'whenSet',
		check: optionalText,
		property: {
			displayName: 'System Prompt',
			name: 'systemPrompt',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			placeholder: 'e.g. Keep the product and its label unchanged',
			description: 'Rules that hold for every prompt, such as a house style',
		},
	},
} satisfies { [F in Exclude<Field, 'image_urls'>]-?: SchemaField<EditInput[F]> };

type ScalarField = keyof typeof schema;

export const scalarFields = Object.keys(schema) as ScalarField[];

/** The parameter's place as n8n reads it: options live one level down. */
export const pathOf = (field: ScalarField) =>
	`${schema[field].sent === 'always' ? '' : 'options.'}${schema[field].property.name}`;

/** The properties of the schema's fields: those always sent stand on top, the others under Options. */
export const propertiesOf = (sent: 'always' | 'whenSet'): INodeProperties[] =>
	scalarFields
		.filter((field) => schema[field].sent === sent)
		.map((field) => schema[field].property as INodeProperties);
