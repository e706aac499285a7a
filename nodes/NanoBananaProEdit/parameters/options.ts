import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_TIMEOUT_SECONDS } from '../../shared/limits';
import { outputProperties } from '../../shared/n8n/outputOptions';
import { propertiesOf } from './fields';
import type { Operation } from './operation';

/** An option, and the operations that know it. */
interface Option {
	operations: Operation[];
	property: INodeProperties;
}

const ORDERING: Operation[] = ['edit', 'submit'];
const DELIVERING: Operation[] = ['edit', 'getResult'];

// Shortest first; a list of its own, since n8n's lint would sort a literal one by name.
const EXPIRATIONS = [
	{ name: 'After 1 Hour', value: '1h' },
	{ name: 'After 1 Day', value: '1d' },
	{ name: 'After 7 Days', value: '7d' },
	{ name: 'After 30 Days', value: '30d' },
	{ name: 'After 1 Year', value: '1y' },
	{ name: 'Account Default', value: 'never' },
];

const batching: INodeProperties = {
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
					description:
						'The most requests that are under way at the same time. -1 is the usual number.',
				},
				{
					displayName: 'Batch Interval (Ms)',
					name: 'batchInterval',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 0,
					description: 'Milliseconds between the starts of two requests',
				},
			],
		},
	],
};

/** Options of n8n's side; those of fal's schema stand in fields.ts. */
const options: Option[] = [
	{ operations: ['edit', 'submit', 'getStatus', 'getResult', 'cancel'], property: batching },
	...outputProperties.map((property) => ({ operations: DELIVERING, property })),
	{
		operations: ORDERING,
		property: {
			displayName: 'File Expiration',
			name: 'fileExpiration',
			type: 'options',
			options: EXPIRATIONS,
			default: '7d',
			description: 'When fal deletes the uploaded and the edited images',
		},
	},
	{
		operations: ORDERING,
		property: {
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
	},
	{
		operations: ['edit', 'submit', 'getStatus', 'getResult', 'cancel'],
		property: {
			displayName: 'Include Input Fields',
			name: 'includeInputFields',
			type: 'boolean',
			default: true,
			description: "Whether the input item's fields stay on the output item",
		},
	},
	{
		operations: ['edit', 'getStatus', 'getResult'],
		property: {
			displayName: 'Include Logs',
			name: 'includeLogs',
			type: 'boolean',
			default: false,
			description: "Whether to add fal's logs of the edit as a field",
		},
	},
	{
		operations: ORDERING,
		property: {
			displayName: 'Maximum Cost (USD)',
			name: 'maxCost',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 2 },
			default: 10,
			description:
				"The most that one run of this node may cost by fal's price list. A run that could cost more, or whose price cannot be had, stops before it costs anything.",
		},
	},
	{
		operations: ORDERING,
		property: {
			displayName: 'Maximum Images',
			name: 'maxImages',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: 50,
			description:
				'The most images that one run of this node may order. A run that would order more stops before it costs anything.',
		},
	},
	{
		operations: ORDERING,
		property: {
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
	},
	{
		operations: ['edit'],
		property: {
			displayName: 'Reuse Results (Days)',
			name: 'reuseResults',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 30 },
			default: 30,
			description:
				'How many days back an edit with the same settings and the same images counts as this one: its images come out again, and nothing is ordered. 0 orders in any case.',
		},
	},
	{
		operations: DELIVERING,
		property: {
			displayName: 'Timeout (Seconds)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: DEFAULT_TIMEOUT_SECONDS,
			description:
				'The longest wait for one edit, time in the queue included. Then it is cancelled at fal.',
		},
	},
];

const byLabel = (a: INodeProperties, b: INodeProperties) =>
	a.displayName.localeCompare(b.displayName, 'en');

/** The collection Options of one operation: only what it knows, in the order of the labels. */
export const optionsOf = (operation: Operation): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	displayOptions: { show: { operation: [operation] } },
	options: [
		...(ORDERING.includes(operation) ? propertiesOf('whenSet') : []),
		...options.filter((one) => one.operations.includes(operation)).map((one) => one.property),
	].sort(byLabel),
});
