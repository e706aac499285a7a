import type { INodeProperties } from 'n8n-workflow';
import { flag, text, type Check } from './checks';
import type { OutputOptions } from '../images/transfer/resultItems';
import { choice, propertyOf, readRows, row, type Options } from './options';

const fieldName: Check<string> = (value, label) => text(1, 100)(value, label).trim();

/** The options of everything that gives images: how they come out. */
export const outputRows = [
	row({
		displayName: 'Download Images',
		name: 'downloadImages',
		type: 'boolean',
		default: true,
		description:
			'Whether to return the edited images as files. If turned off, the node returns only their URLs.',
		check: flag,
		fallback: true,
	}),
	row({
		displayName: 'Include Cost',
		name: 'includeCost',
		type: 'boolean',
		default: true,
		description:
			'Whether to add what fal charges for each image as the fields cost, cost_currency and billable_units',
		check: flag,
		fallback: true,
	}),
	row({
		displayName: 'Output Mode',
		name: 'outputMode',
		...choice([
			{ name: 'One Item for Each Image', value: 'perImage' },
			{ name: 'One Item With All Images', value: 'singleItem' },
		]),
		default: 'perImage',
		description: 'How to return several images of one edit',
		fallback: 'perImage',
	}),
	row({
		displayName: 'Put Output in Field',
		name: 'binaryPropertyOutput',
		type: 'string',
		default: 'data',
		hint: 'The name of the output field to put the file in',
		description: 'With One Item With All Images, _0, _1 and so on are added to the name',
		check: fieldName,
		fallback: 'data',
	}),
];

/** The Options of a trigger: how the images come out, and one of its own. */
export const triggerOptions = (own: INodeProperties): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [...outputRows.map(propertyOf), own],
});

/** @throws InputError for a value that is none of the option's */
export const readOutputOptions = (given: Options): OutputOptions => readRows(outputRows, given);
