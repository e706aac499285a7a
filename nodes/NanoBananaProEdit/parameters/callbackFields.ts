import type { INodeProperties } from 'n8n-workflow';

export const CALLBACK_DATA = 'Callback Data';

export const callbackProperties: INodeProperties[] = [
	{
		displayName: 'Webhook URL',
		name: 'webhookUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/webhook/edited',
		description:
			'Where fal posts the result when the edit is finished, such as the Production URL of a fal Trigger. It has to be an address that fal can reach from the internet. Leave it empty to collect with Get Result.',
	},
	{
		displayName: CALLBACK_DATA,
		name: 'callbackData',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Value' },
		placeholder: 'Add Value',
		default: {},
		description:
			'What fal Trigger gives back as callback_data with the result, such as the number of the row that the edit is for',
		options: [
			{
				displayName: 'Value',
				name: 'values',
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: 'e.g. row_number',
						description: 'Under which name the value comes back',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: 'e.g. {{ $json.row_number }}',
						description: 'What comes back, as a short text or a number',
					},
				],
			},
		],
	},
];
