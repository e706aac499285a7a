import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_START_TIMEOUT_SECONDS, DEFAULT_TIMEOUT_SECONDS } from '../../shared/limits';
import { atLeast, flag, oneOf } from '../../shared/n8n/checks';
import { propertyOf, readRows, type Options, type ValuesOf } from '../../shared/n8n/options';
import { outputRows } from '../../shared/n8n/outputOptions';
import { propertiesOf } from './fields';
import { DELIVERING, option, ORDERING, WITH_OPTIONS, type Operation } from './operation';
import { runRows } from './runOptions';

// Shortest first; a list of its own, since n8n's lint would sort a literal one by name.
const EXPIRATIONS = [
	{ name: 'After 1 Hour', value: '1h' },
	{ name: 'After 1 Day', value: '1d' },
	{ name: 'After 7 Days', value: '7d' },
	{ name: 'After 30 Days', value: '30d' },
	{ name: 'After 1 Year', value: '1y' },
	{ name: 'Account Default', value: 'never' },
];

/** Options of n8n's side that are read for every item; those of fal's schema stand in fields.ts. */
const itemRows = [
	...outputRows.map((one) => ({ ...one, operations: DELIVERING })),
	option({
		displayName: 'File Expiration',
		name: 'fileExpiration',
		type: 'options',
		options: EXPIRATIONS,
		default: '7d',
		description: 'When fal deletes the uploaded and the edited images',
		operations: ORDERING,
		check: oneOf(['never', '1h', '1d', '7d', '30d', '1y']),
		fallback: undefined,
	}),
	option({
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
		operations: ORDERING,
		check: oneOf(['upload', 'dataUri']),
		fallback: 'upload',
	}),
	option({
		displayName: 'Include Input Fields',
		name: 'includeInputFields',
		type: 'boolean',
		default: true,
		description:
			"Whether the input item's fields stay on the output item. A result's field of the same name wins, unless it is empty.",
		operations: WITH_OPTIONS,
		check: flag,
		fallback: true,
	}),
	option({
		displayName: 'Include Input Files',
		name: 'includeInputFiles',
		type: 'boolean',
		default: false,
		description:
			"Whether the input item's files stay on the output item, beside the edited ones. An edited file in a field of the same name wins: Put Output in Field gives it another one.",
		operations: WITH_OPTIONS,
		check: flag,
		fallback: false,
	}),
	option({
		displayName: 'Include Logs',
		name: 'includeLogs',
		type: 'boolean',
		default: false,
		description: "Whether to add fal's logs of the edit as a field",
		operations: ['edit', 'getStatus', 'getResult'],
		check: flag,
		fallback: false,
	}),
	option({
		displayName: 'Queue Priority',
		name: 'queuePriority',
		type: 'options',
		options: [
			{ name: 'Normal', value: 'normal' },
			{ name: 'Low', value: 'low' },
		],
		default: 'normal',
		description: "The edit's place in fal's queue",
		operations: ORDERING,
		check: oneOf(['normal', 'low']),
		fallback: 'normal',
	}),
	option({
		displayName: 'Reuse Results (Days)',
		name: 'reuseResults',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 30 },
		default: 30,
		description:
			'How many days back an edit with the same settings and the same images counts as this one: its images come out again, and nothing is ordered. 0 orders in any case.',
		operations: ['edit'],
		check: atLeast(0),
		fallback: undefined,
	}),
	option({
		displayName: 'Start Timeout (Seconds)',
		name: 'startTimeout',
		type: 'number',
		typeOptions: { minValue: 2 },
		default: DEFAULT_START_TIMEOUT_SECONDS,
		description:
			"The longest that one edit may wait in fal's queue before fal begins. Then fal drops it, which costs nothing.",
		operations: ORDERING,
		check: atLeast(2),
		fallback: DEFAULT_START_TIMEOUT_SECONDS,
	}),
	option({
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: DEFAULT_TIMEOUT_SECONDS,
		description:
			'The longest that fal may work on one edit, counted from the moment it begins. Then Edit Image cancels it at fal, and Get Result only stops waiting.',
		operations: DELIVERING,
		check: atLeast(1),
		fallback: DEFAULT_TIMEOUT_SECONDS,
	}),
];

export type EditOptions = ValuesOf<(typeof itemRows)[number]>;

/**
 * The options of one item; for those that its operation does not know, their fallbacks.
 *
 * @throws InputError for a value that is none of the option's
 */
export const readItemOptions = (given: Options): EditOptions => readRows(itemRows, given);

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
		...[...itemRows, ...runRows]
			.filter(({ operations }) => operations.includes(operation))
			.map(propertyOf),
	].sort(byLabel),
});
