import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, type Workflow, type WorkflowNode } from '../../n8n';

const folder = join(projectRoot, 'workflows');

export const templateNames = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));

export const readTemplate = (name: string): Workflow =>
	JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Workflow;

/** A template with what its user has to fill in before the first run. */
export function fillIn(
	name: string,
	nodeName: string,
	change: (node: WorkflowNode) => WorkflowNode['parameters'],
): (workflow?: Workflow) => Workflow {
	return (workflow = readTemplate(name)) => {
		if (!workflow.nodes.some((node) => node.name === nodeName)) {
			throw new Error(`The template ${name} has no node "${nodeName}"`);
		}
		const nodes = workflow.nodes.map((node) =>
			node.name === nodeName
				? { ...node, parameters: { ...node.parameters, ...change(node) } }
				: node,
		);
		return { ...workflow, nodes };
	};
}
