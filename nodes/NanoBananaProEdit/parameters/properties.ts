import type { INodeProperties } from 'n8n-workflow';
import { callbackProperties } from './callbackFields';
import { propertiesOf } from './fields';
import { imagesProperty } from './images/property';
import { filters, limit, returnAll } from './manyFields';
import { operation, type Operation } from './operation';
import { optionsOf } from './options';

const requestId: INodeProperties = {
	displayName: 'Request ID',
	name: 'requestId',
	type: 'string',
	default: '={{ $json.request_id }}',
	required: true,
	description: 'The ID that Submit Edit gave, also found in the message of an edit that went wrong',
};

const waitForResult: INodeProperties = {
	displayName: 'Wait for Result',
	name: 'waitForResult',
	type: 'boolean',
	default: true,
	description:
		'Whether to wait for an edit that is still running. Turned off, its status comes out in place of images.',
};

const combineItems: INodeProperties = {
	displayName: 'Combine All Items Into One Edit',
	name: 'combineItems',
	type: 'boolean',
	default: false,
	description:
		'Whether to make one edit from the images of all items, with the other settings from the first item. Otherwise each item is an edit of its own.',
};

const shownFor = (operations: Operation[], properties: INodeProperties[]): INodeProperties[] =>
	properties.map((property) => ({
		...property,
		displayOptions: { show: { operation: operations } },
	}));

const [prompt, ...otherFields] = propertiesOf('always');

export const properties: INodeProperties[] = [
	operation,
	...shownFor(['edit', 'submit'], [prompt!, imagesProperty, combineItems, ...otherFields]),
	...shownFor(['submit'], callbackProperties),
	...shownFor(['getStatus', 'getResult', 'cancel'], [requestId]),
	...shownFor(['getResult'], [waitForResult]),
	...shownFor(['getMany'], [returnAll]),
	{ ...limit, displayOptions: { show: { operation: ['getMany'], returnAll: [false] } } },
	...shownFor(['getMany'], [filters]),
	...(['edit', 'submit', 'getStatus', 'getResult', 'cancel'] as const).map(optionsOf),
];
