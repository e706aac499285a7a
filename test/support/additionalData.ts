import type { IExecuteResponsePromiseData, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { LOCATION } from './binaryStore';
import type { NodeRun } from './engine';

/** What n8n hands its engine beside the workflow: credentials, hooks, addresses. */
export function additionalDataFor(run: NodeRun) {
	const { credential, onResponse, onEnd, executionId, isKilled } = run;
	const atEnd: Array<(run: unknown) => Promise<void>> = [];
	const runHook = async (name: string, [value]: [unknown]) => {
		if (name === 'sendResponse') onResponse?.(value as IExecuteResponsePromiseData);
		if (name === 'workflowExecuteAfter') await onEnd?.();
		if (name === 'workflowExecuteAfter' && !isKilled)
			for (const handler of atEnd) await handler(value);
	};
	const addHandler = (name: string, handler: (typeof atEnd)[number]) =>
		name === 'workflowExecuteAfter' && atEnd.push(handler);
	const hooks = { runHook, addHandler };
	return {
		executionId: executionId ?? LOCATION.executionId,
		credentialsHelper: {
			isCredentialUsableByNode: () => true,
			getParentTypes: () => [],
			authenticate: async () => ({}),
			getDecrypted: async () => credential,
			updateCredentials: async () => undefined,
		},
		hooks,
		currentNodeExecutionIndex: 0,
		restApiUrl: 'http://127.0.0.1/rest',
		instanceBaseUrl: 'http://127.0.0.1/',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		webhookBaseUrl: 'http://127.0.0.1/webhook',
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		webhookTestBaseUrl: 'http://127.0.0.1/webhook-test',
		variables: {},
		externalSecretsProxy: {},
		setExecutionStatus: () => undefined,
		sendDataToUI: () => undefined,
		logAiEvent: () => undefined,
	} as unknown as IWorkflowExecuteAdditionalData;
}
