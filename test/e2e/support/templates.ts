import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../emulator';
import { projectRoot, type Workflow, type WorkflowNode } from '../../n8n';
import type { Bench } from './bench';

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

/** The Production URL of a template's fal Trigger, as its user copies it from the panel. */
export function callbackAddress(bench: Bench, { nodes }: Workflow): string {
	const trigger = nodes.find(({ type }) => type.endsWith('.falTrigger'));
	return `${bench.n8n.url}/webhook/${String(trigger?.webhookId)}`;
}

/** The address of the image that an edit has made, by fal's own word. */
export async function madeUrl(bench: Pick<Bench, 'fal'>, job?: Job): Promise<string | undefined> {
	const path = `queue.fal.run/fal-ai/nano-banana-pro/requests/${String(job?.id)}`;
	const headers = { authorization: `Key ${bench.fal.key}` };
	const response = await fetch(`${bench.fal.url}/${path}`, { headers });
	const { images } = (await response.json()) as { images?: Array<{ url: string }> };
	return images?.[0]?.url;
}
