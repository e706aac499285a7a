import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, type Credential, type N8nApi, type Workflow } from '../../test/n8n';

const credentialName = 'fal (npm start)';
const workflowFile = join(projectRoot, 'workflows/form-to-edited-image.json');

/** The credential of the last start, brought up to date: it may have been for the other fal. */
export async function prepareCredential(api: N8nApi, data: object): Promise<Credential> {
	const known = (await api.credentials()).find(({ name }) => name === credentialName);
	if (known) return await api.updateCredential(known, data);
	return await api.createCredential(credentialName, 'falApi', data);
}

function workflowWith({ id, name }: Credential): Workflow {
	const workflow = JSON.parse(readFileSync(workflowFile, 'utf8')) as Workflow;
	for (const node of workflow.nodes) {
		if (node.type.startsWith('n8n-nodes-nano-banana-pro.'))
			node.credentials = { falApi: { id, name } };
	}
	return workflow;
}

function formPath(workflow: Workflow): string {
	const form = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.formTrigger');
	return (form?.parameters.options as { path: string }).path;
}

export interface PreparedWorkflow {
	id: string;
	formPath: string;
}

/** Makes the workflow once and leaves it alone afterwards, so that what someone tries out in it stays. */
export async function prepareWorkflow(
	api: N8nApi,
	credential: Credential,
): Promise<PreparedWorkflow> {
	const wanted = workflowWith(credential);
	const known = (await api.workflows()).find(({ name }) => name === wanted.name);
	const workflow = known ?? (await api.createWorkflow(wanted));
	if (known?.active) await api.waitUntilPublished(workflow.id);
	else await api.activate(workflow);
	return { id: workflow.id, formPath: formPath(wanted) };
}
