import {
	fromParameter,
	NodeConnectionTypes,
	webhookDescriptionFields,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type ITriggerFunctions,
	type ITriggerResponse,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { toNodeError } from '../shared/n8n/nodeErrors';
import { triggerOptions } from '../shared/n8n/outputOptions';
import { sweep } from './looks';
import { callbacksOf, deliver } from './run';
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
		subtitle: 'When an Edit Is Finished',
		description: 'Starts the workflow when fal finishes an edit that you started with Submit Edit',
		eventTriggerDescription:
			"Waiting for fal to call the Test URL. Run Submit Edit with it as 'Webhook URL'.",
		activationMessage:
			"fal now starts this workflow for every edit that you submit with the Production URL as 'Webhook URL'.",
		triggerPanel: {
			header: 'Receive finished edits from fal',
			executionsHelp: {
				inactive: `<b>To try it out</b>, click "Execute step", copy the Test URL, and run Submit Edit with it as 'Webhook URL'. fal calls when the edit is finished, and the result appears here.<br /><br /><b>To receive every edit</b>, publish this workflow and use the Production URL.`,
				active: `<b>To try it out</b>, click "Execute step", copy the Test URL, and run Submit Edit with it as 'Webhook URL'.<br /><br /><b>This workflow is published</b>: fal starts it for every edit that you submit with the Production URL. See these runs under <a data-key="executions">Executions</a>.`,
			},
			activationHint: {
				inactive:
					"Publish this workflow, and submit edits with the Production URL as 'Webhook URL': fal then calls it for each finished edit.",
				active:
					"Submit edits with the Production URL as 'Webhook URL': fal calls this workflow for each finished edit.",
			},
		},
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
					"Copy the Production URL into 'Webhook URL' of a Nano Banana Pro Edit node with the operation Submit Edit, then publish this workflow. fal must be able to reach the address from the internet.",
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
					'The last part of the URL that fal calls. Leave it empty to get a URL that nobody can guess.',
			},
			triggerOptions({
				displayName: 'Missed Callbacks',
				name: 'missed',
				type: 'options',
				options: [
					{ name: 'Deliver All Edits of the Account', value: 'all' },
					{ name: 'Deliver Edits of This Workflow', value: 'workflow' },
					{ name: 'Do Not Look', value: 'off' },
				],
				default: 'workflow',
				description:
					"Which finished edits to deliver if fal's call did not arrive. Every few minutes, the trigger looks for them in fal's request history. Edits of This Workflow are those that its Submit Edit has submitted; All Edits of the Account include those of other workflows and of Edit Image.",
			}),
		],
	};

	// fal has no list of webhooks to enter this one into: each submit names the address it is for.
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

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse | undefined> {
		return await sweep(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			return await deliver(this, callbacksOf(this));
		} catch (error) {
			throw toNodeError(this.getNode(), error, 0);
		}
	}
}
