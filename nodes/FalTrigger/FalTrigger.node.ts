import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { toNodeError } from '../shared/nodeErrors';
import { deliver } from './deliver';
import { hear } from './hear';
import { properties } from './properties';

export class FalTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'fal Trigger',
		name: 'falTrigger',
		icon: { light: 'file:../../icons/fal.svg', dark: 'file:../../icons/fal.dark.svg' },
		group: ['trigger'],
		version: 1,
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
				// The run itself answers, see reply.ts.
				responseMode: 'responseNode',
				// A path of the user's own stands alone, as in n8n's Webhook node; else n8n puts the node's id before it.
				path: '={{ $parameter["path"] || "fal" }}',
				isFullPath: '={{ Boolean($parameter["path"]) }}' as unknown as boolean,
			},
		],
		properties,
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
		return await hear(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			return await deliver(this, this.continueOnFail());
		} catch (error) {
			throw toNodeError(this.getNode(), error, 0);
		}
	}
}
