import type { IExecuteFunctions } from 'n8n-workflow';
import { atLeast, flag, group, integer, text, type Check } from '../../shared/n8n/checks';
import {
	readOptions,
	readRows,
	propertyOf,
	readTop,
	row,
	type Parameter,
	type ValuesOf,
} from '../../shared/n8n/options';
import { option, SUBMITTING, WITH_OPTIONS } from './operation';

/** -1 is how n8n's HTTP Request node says "no limit"; 0 would start nothing. */
const batchSize: Check<number | undefined> = (value, label) => {
	const size = integer(-1)(value, label);
	return size > 0 ? size : undefined;
};

const batchRows = [
	row({
		displayName: 'Items Per Batch',
		name: 'batchSize',
		type: 'number',
		typeOptions: { minValue: -1 },
		default: 10,
		description: 'How many edits to run at the same time. -1 uses the default.',
		check: batchSize,
		fallback: undefined,
	}),
	row({
		displayName: 'Batch Interval (Ms)',
		name: 'batchInterval',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'Time between the start of two edits, in milliseconds',
		check: atLeast(0),
		fallback: 0,
	}),
];

/** The most requests under way, undefined for the usual number, and the ms between their starts. */
type Batch = ValuesOf<(typeof batchRows)[number]>;

const readBatch: Check<Batch> = (value, label) =>
	readRows(batchRows, group(group(value, label).batch, label));

/** Options of the node as a whole, which are read once, from the first item. */
export const runRows = [
	option({
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
				values: batchRows.map(propertyOf),
			},
		],
		operations: WITH_OPTIONS,
		check: readBatch,
		fallback: readRows(batchRows, {}),
	}),
	option({
		displayName: 'Maximum Cost (USD)',
		name: 'maxCost',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: 10,
		description:
			"The most that one run of this node may cost, by fal's price list. If it could cost more, or if the price is not available, the node stops before anything is charged.",
		operations: SUBMITTING,
		check: atLeast(0),
		fallback: undefined,
		isCap: true,
	}),
	option({
		displayName: 'Maximum Images',
		name: 'maxImages',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 50,
		description:
			'The most images that one run of this node may make. If it would make more, the node stops before anything is charged.',
		operations: SUBMITTING,
		check: integer(1),
		fallback: undefined,
		isCap: true,
	}),
	option({
		displayName: 'Result Field Prefix',
		name: 'resultPrefix',
		type: 'string',
		default: '',
		placeholder: 'e.g. edited_',
		description:
			'A prefix for the name of each result field, so that your own fields keep theirs. For example, edited_ turns description into edited_description and request_id into edited_request_id.',
		operations: WITH_OPTIONS,
		check: text(1, 100),
		fallback: '',
	}),
];

export const combineRow = {
	displayName: 'Combine All Items Into One Edit',
	name: 'combineItems',
	type: 'boolean',
	default: false,
	description:
		'Whether to make one edit from the images of all items, using the other settings of the first item. Otherwise, each item is a separate edit.',
	check: flag,
} satisfies Parameter;

/**
 * How the node as a whole works through its items.
 *
 * @throws InputError for a value that is none of the option's
 */
export function readRunOptions(ctx: IExecuteFunctions) {
	const { batching, ...caps } = readRows(runRows, readOptions(ctx, 0));
	return { combineItems: readTop(ctx, 0, combineRow), ...batching, ...caps };
}
