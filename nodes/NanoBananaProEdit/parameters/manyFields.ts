import type { INodeProperties } from 'n8n-workflow';

/** fal's own words for how a request ended; a list of its own, since n8n's lint would sort a literal one. */
const STATUSES = [
	{ name: 'Success', value: 'success' },
	{ name: 'Error', value: 'error' },
	{ name: 'User Error', value: 'user_error' },
];

export const returnAll: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

export const limit: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
};

export const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	description: 'Without a time, the edits of the last 30 days are listed',
	options: [
		{
			displayName: 'Request ID',
			name: 'requestId',
			type: 'string',
			default: '',
			description: 'Only the edit with this ID, of the last 90 days',
		},
		{
			displayName: 'Started After',
			name: 'startedAfter',
			type: 'dateTime',
			default: '',
			description: 'Only edits ordered at this time or later',
		},
		{
			displayName: 'Started Before',
			name: 'startedBefore',
			type: 'dateTime',
			default: '',
			description: 'Only edits ordered before this time',
		},
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			options: STATUSES,
			default: 'success',
			description: 'Only edits that ended so',
		},
	],
};
