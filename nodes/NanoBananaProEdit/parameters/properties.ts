import type { INodeProperties } from 'n8n-workflow';
import { flag, requestIdIn } from '../../shared/n8n/checks';
import { propertyOf, type Parameter } from '../../shared/n8n/options';
import { callbackRows } from './callback';
import { propertiesOf } from './fields';
import { imagesProperty } from './images/images';
import { manyRows } from './manyEdits';
import { operation, SUBMITTING, WITH_OPTIONS, type Operation } from './operation';
import { optionsOf } from './options';
import { combineRow } from './runOptions';

/** Parameters of the operations on a request that was made earlier. */
export const requestRows = {
	requestId: {
		displayName: 'Request ID',
		name: 'requestId',
		type: 'string',
		default: '={{ $json.request_id }}',
		required: true,
		description:
			'The request ID from the output of Submit Edit, or from the error of a failed edit',
		check: requestIdIn,
	},
	waitForResult: {
		displayName: 'Wait for Result',
		name: 'waitForResult',
		type: 'boolean',
		default: true,
		description:
			'Whether to wait for an edit that is still running. If turned off, the node returns its status instead.',
		check: flag,
	},
} satisfies Record<string, Parameter>;

const shownFor = (
	operations: readonly Operation[],
	properties: INodeProperties[],
): INodeProperties[] =>
	properties.map((property) => ({
		...property,
		displayOptions: { show: { operation: [...operations], ...property.displayOptions?.show } },
	}));

const [prompt, ...otherFields] = propertiesOf('always');

export const properties: INodeProperties[] = [
	operation,
	...shownFor(SUBMITTING, [prompt!, imagesProperty, propertyOf(combineRow), ...otherFields]),
	...shownFor(['submit'], Object.values(callbackRows).map(propertyOf)),
	...shownFor(['getStatus', 'getResult', 'cancel'], [propertyOf(requestRows.requestId)]),
	...shownFor(['getResult'], [propertyOf(requestRows.waitForResult)]),
	...shownFor(['getMany'], Object.values(manyRows).map(propertyOf)),
	...WITH_OPTIONS.map(optionsOf),
];
