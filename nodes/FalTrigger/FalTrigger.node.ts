import {
	fromParameter,
	NodeConnectionTypes,
	webhookDescriptionFields,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { toNodeError } from '../shared/n8n/nodeErrors';
import { outputProperties } from '../shared/n8n/outputOptions';
import { deliver } from './run';
import { takeCallback } from './webhook';

/**
 * As in n8n's Webhook node: a path stands alone, and an empty one is the node's own id. Newer versions of
 * n8n read it without their expression engine, which takes 12 ms a callback; older ones know the text only.
 */
const path = (webhookDescriptionFields as typeof webhookDescriptionFields | undefined)?.({
	path: fromParameter('path'),
}) ?? { path: '={{$parameter["path"]}}' };

export class FalTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'fal Trigger',
		name: 'falTrigger',
		icon: { light: 'file:../../icons/fal.svg', dark: 'file:../../icons/fal.dark.svg' },
		group: ['trigger'],
		// For 1, n8n evaluates an expression a callback that only its old Webhook node needs.
		version: 1.1,
		subtitle: 'when an edit is finished',
		description: 'Starts the workflow when fal has finished an edit that Submit Edit ordered',
		eventTriggerDescription: 'Waiting for fal to finish an edit that was ordered with the Test URL',
		activationMessage:
			"Edits that are ordered with the Production URL as 'Webhook URL' now come in here.",
		defaults: { name: 'fal Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Finished', 'Failed'],
		credentials: [{ name: 'falApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				// The run itself answers, see run.ts.
				responseMode: 'responseNode',
				isFullPath: true,
				...path,
			},
		],
		properties: [
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
		],
	};

	// fal has no list of webhooks to enter this one into: each order names the address it is for.
	webhookMethods = {
		default: {
			checkExists: async () => true,
			create: async () => true,
			delete: async () => true,
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await takeCallback(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			return await deliver(this, this.continueOnFail());
		} catch (error) {
			throw toNodeError(this.getNode(), error, 0);
		}
	}
}
