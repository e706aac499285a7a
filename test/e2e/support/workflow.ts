import type { Workflow, WorkflowNode } from '../../n8n';

export const EDIT_TYPE = 'n8n-nodes-nano-banana-pro.nanoBananaProEdit';

export interface NodeSpec {
	name: string;
	type: string;
	typeVersion: number;
	parameters?: Record<string, unknown>;
	[setting: string]: unknown;
}

export const manualTrigger: NodeSpec = {
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
};

export const readFiles = (fileSelector: string, name = 'Read Images'): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.readWriteFile',
	typeVersion: 1,
	parameters: { operation: 'read', fileSelector, options: {} },
});

export const writeFile = (fileName: string, field = 'data', name = 'Write Image'): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.readWriteFile',
	typeVersion: 1,
	parameters: { operation: 'write', fileName, dataPropertyName: field, options: {} },
});

export const edit = (
	parameters: Record<string, unknown> = {},
	settings: Record<string, unknown> = {},
): NodeSpec => ({
	name: 'Edit',
	type: EDIT_TYPE,
	typeVersion: 1,
	parameters: { operation: 'edit', prompt: 'Make it night', ...parameters },
	...settings,
});

/** A node that writes fields, named by the keys. */
export const setFields = (name: string, fields: Record<string, string>): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		assignments: {
			assignments: Object.entries(fields).map(([field, value]) => ({
				id: field,
				name: field,
				value,
				type: 'string',
			})),
		},
		includeOtherFields: true,
		options: {},
	},
});

/** One item for each line of code's answer. */
export const code = (name: string, jsCode: string): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: { jsCode },
});

const link = (node: string) => ({ node, type: 'main', index: 0 });

/** Nodes in a row, each connected to the next. */
export function chain(
	name: string,
	specs: NodeSpec[],
	settings: Record<string, unknown> = {},
): Workflow {
	const nodes = specs.map(
		(spec, at): WorkflowNode => ({
			parameters: {},
			position: [at * 220, 0],
			...spec,
		}),
	);
	const connections = Object.fromEntries(
		nodes.slice(1).map((node, at) => [nodes[at]?.name ?? '', { main: [[link(node.name)]] }]),
	);
	return { name, nodes, connections, settings: { executionOrder: 'v1', ...settings } };
}

/** Adds a node behind the error output of another. */
export function onErrorOutput(workflow: Workflow, from: string, spec: NodeSpec): Workflow {
	const node: WorkflowNode = { parameters: {}, position: [600, 240], ...spec };
	const { main } = workflow.connections[from] as { main: unknown[] };
	const connections = { ...workflow.connections, [from]: { main: [main[0], [link(node.name)]] } };
	return { ...workflow, nodes: [...workflow.nodes, node], connections };
}
