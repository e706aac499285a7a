import type { INodeProperties } from 'n8n-workflow';
import { flag, oneOf, text, type Check } from './checks';
import type { OutputOptions } from '../images/transfer/resultItems';
import { option, type Options } from './options';

/** The options of everything that gives images: how they come out. */
export const outputProperties: INodeProperties[] = [
	{
		displayName: 'Download Images',
		name: 'downloadImages',
		type: 'boolean',
		default: true,
		description:
			'Whether to give the edited images as files. Turned off, they stay at fal and only their URLs come out.',
	},
	{
		displayName: 'Include Cost',
		name: 'includeCost',
		type: 'boolean',
		default: true,
		description:
			"Whether to add what fal charges for the image, by fal's price list, as the fields cost, cost_currency and billable_units",
	},
	{
		displayName: 'Output Mode',
		name: 'outputMode',
		type: 'options',
		options: [
			{ name: 'One Item for Each Image', value: 'perImage' },
			{ name: 'One Item With All Images', value: 'singleItem' },
		],
		default: 'perImage',
		description: 'How several images of one edit come out',
	},
	{
		displayName: 'Put Output in Field',
		name: 'binaryPropertyOutput',
		type: 'string',
		default: 'data',
		hint: 'The name of the output field to put the file in',
		description: 'With one item for all images, the names end in _0, _1 and so on',
	},
];

const fieldName: Check<string> = (value, label) => text(1, 100)(value, label).trim();

/** @throws InputError for a value that is none of the option's */
export function readOutputOptions(options: Options): OutputOptions {
	return {
		outputMode: option(
			options,
			'outputMode',
			'Output Mode',
			oneOf(['perImage', 'singleItem']),
			'perImage',
		),
		binaryPropertyOutput: option(
			options,
			'binaryPropertyOutput',
			'Put Output in Field',
			fieldName,
			'data',
		),
		downloadImages: option(options, 'downloadImages', 'Download Images', flag, true),
		includeCost: option(options, 'includeCost', 'Include Cost', flag, true),
	};
}
