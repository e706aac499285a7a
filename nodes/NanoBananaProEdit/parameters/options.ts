import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_START_TIMEOUT_SECONDS, DEFAULT_TIMEOUT_SECONDS } from '../../shared/limits';
import { atLeast, flag } from '../../shared/n8n/checks';
import {
	choice,
	propertyOf,
	readRows,
	type Options,
	type ValuesOf,
} from '../../shared/n8n/options';
import { outputRows } from '../../shared/n8n/outputOptions';
import { propertiesOf } from './fields';
import { DELIVERING, option, SUBMITTING, WITH_OPTIONS, type Operation } from './operation';
import { runRows } from './runOptions';

// Shortest first. Apart from its property, as OUTCOMES in manyEdits.ts and for the same reason.
const EXPIRATIONS = [
	{ name: 'After 1 Hour', value: '1h' },
	{ name: 'After 1 Day', value: '1d' },
	{ name: 'After 7 Days', value: '7d' },
	{ name: 'After 30 Days', value: '30d' },
	{ name: 'After 1 Year', value: '1y' },
	{ name: 'Account Default', value: 'never' },
] as const;

/** Options of n8n's side that are read for every item; those of fal's schema stand in fields.ts. */
const itemRows = [
	...outputRows.map((one) => ({ ...one, operations: DELIVERING })),
	option({
		displayName: 'File Expiration',
		name: 'fileExpiration',
		...choice(EXPIRATIONS),
		default: '7d',
		description: 'When fal deletes the uploaded and edited images',
		operations: SUBMITTING,
		fallback: undefined,
	}),
	option({
		displayName: 'Image Transfer',
		name: 'imageTransfer',
		...choice([
			{
				name: 'Upload',
				value: 'upload',
				description: "Upload files to fal's storage first",
			},
			{
				name: 'Data URI',
				value: 'dataUri',
				description: 'Send files inside the request. For small files only.',
			},
		]),
		default: 'upload',
		description: 'How to send files to fal',
		operations: SUBMITTING,
		fallback: 'upload',
	}),
	option({
		displayName: 'Include Input Fields',
		name: 'includeInputFields',
		type: 'boolean',
		default: true,
		description:
			"Whether to keep the input item's fields on the output item. If both have a field of the same name, the result's is used, unless it is empty.",
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
			"Whether to keep the input item's files on the output item. An edited file replaces a file in the same field; to keep both, set Put Output in Field.",
		operations: WITH_OPTIONS,
		check: flag,
		fallback: false,
	}),
	option({
		displayName: 'Include Logs',
		name: 'includeLogs',
		type: 'boolean',
		default: false,
		description: "Whether to add fal's logs of the edit as the field logs",
		operations: ['edit', 'getStatus', 'getResult'],
		check: flag,
		fallback: false,
	}),
	option({
		displayName: 'Queue Priority',
		name: 'queuePriority',
		...choice([
			{ name: 'Normal', value: 'normal' },
			{ name: 'Low', value: 'low' },
		]),
		default: 'normal',
		description: "The priority of the edit in fal's queue",
		operations: SUBMITTING,
		fallback: 'normal',
	}),
	option({
		displayName: 'Reuse Results (Days)',
		name: 'reuseResults',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 30 },
		default: 30,
		description:
			'How many days back to look for an edit with the same settings and images. If there is one, its images are returned and nothing is charged. 0 always makes a new edit.',
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
		description: "How long an edit may wait in fal's queue. After that, fal drops it at no cost.",
		operations: SUBMITTING,
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
			'How long fal may work on an edit once it has started. After that, Edit Image cancels the edit; Get Result only stops waiting.',
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
		...(SUBMITTING.includes(operation) ? propertiesOf('whenSet') : []),
		...[...itemRows, ...runRows]
			.filter(({ operations }) => operations.includes(operation))
			.map(propertyOf),
	].sort(byLabel),
});
