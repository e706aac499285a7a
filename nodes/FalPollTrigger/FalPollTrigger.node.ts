import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { toNodeError } from '../shared/n8n/nodeErrors';
import { triggerOptions } from '../shared/n8n/outputOptions';
import { latest, poll } from '../FalTrigger/looks';
import { deliver, readCallbacks } from '../FalTrigger/run';

/**
 * Apart from fal Trigger, since n8n shows Poll Times in the panel of every node that polls, and looks at all of them
 * when it switches a workflow on.
 */
export class FalPollTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'fal Poll Trigger',
		name: 'falPollTrigger',
		icon: { light: 'file:../../icons/fal.svg', dark: 'file:../../icons/fal.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: 'When an Edit Is Finished',
		description:
			'Starts the workflow when an edit that you started with Submit Edit is finished, without a public URL',
		polling: true,
		triggerPanel: {
			executionsHelp: `<b>To try it out</b>, click "Fetch Test Event": the edit that finished last appears here.<br /><br /><b>To receive every edit</b>, publish this workflow. n8n then asks fal at each Poll Time, and starts this workflow with the edits that have finished. See these runs under <a data-key="executions">Executions</a>.`,
		},
		defaults: { name: 'fal Poll Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Finished', 'Failed'],
		credentials: [{ name: 'falApi', required: true }],
		properties: [
			{
				displayName: 'Requests',
				name: 'requests',
				type: 'options',
				options: [
					{
						name: 'Submitted by This Workflow',
						value: 'workflow',
						description: 'Edits that Submit Edit in this workflow has submitted',
					},
					{
						name: 'All Edits of the Account',
						value: 'all',
						description:
							'All edits with this model, including those of other workflows and of Edit Image',
					},
				],
				default: 'workflow',
				description: 'Which finished edits start this workflow',
			},
			triggerOptions({
				displayName: 'While Switched Off',
				name: 'whenOff',
				type: 'options',
				options: [
					{ name: 'Deliver Later', value: 'deliver' },
					{ name: 'Skip', value: 'skip' },
				],
				default: 'deliver',
				description:
					'What to do with edits that finish while the workflow is not published. Edits that finished before you first published it are not delivered.',
			}),
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			// Without a request it is "Fetch Test Event".
			return await deliver(this, readCallbacks(this) ?? (await latest(this)));
		} catch (error) {
			throw toNodeError(this.getNode(), error, 0);
		}
	}
}
