import type { INodeProperties } from 'n8n-workflow';
import { outputProperties } from '../shared/n8n/outputOptions';

export const properties: INodeProperties[] = [
	{
		displayName:
			"Copy the Production URL into 'Webhook URL' of a Nano Banana Pro Edit node with the operation Submit Edit, and publish this workflow. fal has to reach the address from the internet.",
		name: 'howTo',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Path',
		name: 'path',
		type: 'string',
		default: '',
		placeholder: 'e.g. edited-images',
		description:
			'The end of the address that fal calls. Leave it empty for one that nobody can guess.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: outputProperties,
	},
];
