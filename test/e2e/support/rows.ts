import { smallDataUri } from '../../bench/images';
import { code, edit, type NodeSpec } from './workflow';

/** A node that makes rows, one a prompt, and ours, which edits a small image for each: nothing but the edits costs time. */
export async function rowsAndEdit(
	prompts: string[],
	parameters: object = {},
	settings: Record<string, unknown> = {},
): Promise<[NodeSpec, NodeSpec]> {
	const items = prompts.map((prompt, row) => ({ json: { row, prompt } }));
	const images = { values: [{ source: 'url', url: await smallDataUri() }] };
	return [
		code('Make Rows', `return ${JSON.stringify(items)};`),
		edit({ prompt: '={{ $json.prompt }}', images, ...parameters }, settings),
	];
}

export const webhook = (path: string): NodeSpec => ({
	name: 'Webhook',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2,
	webhookId: path,
	parameters: { httpMethod: 'POST', path, options: {} },
});

/** How another workflow starts one. */
export const calledTrigger: NodeSpec = {
	name: 'When Called',
	type: 'n8n-nodes-base.executeWorkflowTrigger',
	typeVersion: 1.1,
	parameters: { inputSource: 'passthrough' },
};

export const callWorkflow = (id: string, settings: Record<string, unknown> = {}): NodeSpec => ({
	name: 'Call',
	type: 'n8n-nodes-base.executeWorkflow',
	typeVersion: 1.2,
	parameters: { workflowId: { __rl: true, mode: 'id', value: id }, options: {} },
	...settings,
});
