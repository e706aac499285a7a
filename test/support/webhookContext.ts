import { WebhookContext } from 'n8n-core';
import {
	Workflow,
	type ICredentialDataDecryptedObject,
	type INode,
	type INodeType,
	type IWebhookData,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { additionalDataFor, LOCATION, nodeTypesFor } from './engine';

interface Called {
	node: INode;
	nodeType: INodeType;
	mode: 'webhook' | 'manual';
	request: object;
	response: object;
	/** how n8n opens the credential */
	getDecrypted: () => Promise<ICredentialDataDecryptedObject>;
}

/** What n8n gives a trigger that is called. */
export function webhookContext({ node, nodeType, mode, request, response, ...rest }: Called) {
	const workflow = new Workflow({
		id: LOCATION.workflowId,
		nodes: [node],
		connections: {},
		active: true,
		nodeTypes: nodeTypesFor(nodeType),
	});
	const { credentialsHelper, ...common } = additionalDataFor({ items: [], credential: {} });
	const additionalData = {
		...common,
		...{ executionId: undefined, httpRequest: request, httpResponse: response },
		credentialsHelper: { ...credentialsHelper, ...rest },
	} as unknown as IWorkflowExecuteAdditionalData;
	const webhookData = { webhookDescription: { name: 'default' } } as unknown as IWebhookData;
	return new WebhookContext(workflow, node, additionalData, mode, webhookData, [], null);
}
