import type { INodePropertyOptions } from 'n8n-workflow';
import {
	scalarFields,
	schema,
	type SchemaField,
} from '../../nodes/NanoBananaProEdit/parameters/fields';
import type { FieldShape, Shapes } from './compare';

/**
 * What fal does where a field is not sent, as its pages said on 2026-11-20. `limit_generations` is not
 * among them: its default has changed before, and who needs it adds the option.
 */
const UNSENT: Record<string, unknown> = {
	enable_web_search: false,
	safety_tolerance: '4',
	sync_mode: false,
	system_prompt: '',
};

const TYPES: Record<string, FieldShape['type']> = {
	string: 'string',
	options: 'string',
	number: 'integer',
	boolean: 'boolean',
};

/** The endpoint's fields as the panel has them. */
export function ourShapes(): Shapes {
	const shapes = scalarFields.map((field): [string, FieldShape] => {
		const { sent, ...property }: SchemaField = schema[field];
		const { type, typeOptions, required = false } = property;
		const options = property.options as INodePropertyOptions[] | undefined;
		const isDefault = sent === 'always' && !required;
		return [
			field,
			{
				type: TYPES[type] ?? 'string',
				required,
				...(options && { values: options.map(({ value }) => String(value)) }),
				default: isDefault ? property.default : UNSENT[field],
				min: typeOptions?.minValue,
				max: typeOptions?.maxValue,
			},
		];
	});
	return { ...Object.fromEntries(shapes), image_urls: { type: 'array', required: true } };
}
