import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_TIMEOUT_SECONDS } from '../shared/limits';
import { imagesProperty, propertiesOf } from './fields';

/** Options of the run that are no fields of fal's schema. */
const runOptions: INodeProperties[] = [
	{
		displayName: 'Batching',
		name: 'batching',
		type: 'fixedCollection',
		placeholder: 'Add Batching',
		typeOptions: { multipleValues: false },
		default: { batch: {} },
		options: [
			{
				displayName: 'Batching',
				name: 'batch',
				values: [
					{
						displayName: 'Items Per Batch',
						name: 'batchSize',
						type: 'number',
						typeOptions: { minValue: -1 },
						default: 10,
						description: 'The most edits that are at fal at the same time. -1 is the usual number.',
					},
					{
						displayName: 'Batch Interval (Ms)',
						name: 'batchInterval',
						type: 'number',
						typeOptions: { minValue: 0 },
						default: 0,
						description: 'Milliseconds between the starts of two edits',
					},
				],
			},
		],
	},
	{
		displayName: 'Download Images',
		name: 'downloadImages',
		type: 'boolean',
		default: true,
		description:
			'Whether to give the edited images as files. Turned off, they stay at fal and only their URLs come out.',
	},
	{
		displayName: 'File Expiration',
		name: 'fileExpiration',
		type: 'options',
		options: [
			{ name: 'After 1 Hour', value: '1h' },
			{ name: 'After 1 Day', value: '1d' },
			{ name: 'After 7 Days', value: '7d' },
			{ name: 'After 30 Days', value: '30d' },
			{ name: 'After 1 Year', value: '1y' },
			{ name: 'As Set in the Fal Account', value: 'never' },
		] satisfies INodeProperties['options'],
		default: '7d',
		description: 'When fal deletes the uploaded and the edited images',
	},
	{
		displayName: 'Image Transfer',
		name: 'imageTransfer',
		type: 'options',
		options: [
			{
				name: 'Upload',
				value: 'upload',
				description: "Put files into fal's file storage first",
			},
			{
				name: 'Data URI',
				value: 'dataUri',
				description: 'Send files inside the request; for small files only',
			},
		],
		default: 'upload',
		description: 'How files travel to fal',
	},
	{
		displayName: 'Include Input Fields',
		name: 'includeInputFields',
		type: 'boolean',
		default: true,
		description: "Whether the input item's fields stay on the output item",
	},
	{
		displayName: 'Include Logs',
		name: 'includeLogs',
		type: 'boolean',
		default: false,
		description: "Whether to add fal's logs of the edit as a field",
	},
	{
		displayName: 'Maximum Images',
		name: 'maxImages',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 50,
		description:
			'The most images that one run of this node may order. A run that would order more stops before it costs anything.',
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
	},
	{
		displayName: 'Queue Priority',
		name: 'queuePriority',
		type: 'options',
		options: [
			{ name: 'Normal', value: 'normal' },
			{ name: 'Low', value: 'low' },
		],
		default: 'normal',
		description: "The edit's place in fal's queue",
	},
	{
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: DEFAULT_TIMEOUT_SECONDS,
		description:
			'The longest wait for one edit, time in the queue included. Then it is cancelled at fal.',
	},
];

const byLabel = (a: INodeProperties, b: INodeProperties) =>
	a.displayName.localeCompare(b.displayName, 'en');

const [prompt, ...otherFields] = propertiesOf('always');

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Edit Image',
				value: 'edit',
				action: 'Edit an image',
				description: 'Edit images with a prompt and get the finished files',
			},
		],
		default: 'edit',
	},
	prompt!,
	imagesProperty,
	{
		displayName: 'Combine All Items Into One Edit',
		name: 'combineItems',
		type: 'boolean',
		default: false,
		description:
			'Whether to make one edit from the images of all items, with the other settings from the first item. Otherwise each item is an edit of its own.',
	},
	...otherFields,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...propertiesOf('whenSet'), ...runOptions].sort(byLabel),
	},
];
