import 'reflect-metadata';
import { Container } from '@n8n/di';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BinaryDataConfig, BinaryDataService, InstanceSettings, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	Workflow,
	type IBinaryData,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IExecuteContextData,
	type IExecuteResponsePromiseData,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
	type IRun,
	type ITaskData,
	type IWorkflowExecuteAdditionalData,
	type IWorkflowSettings,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { NanoBananaProEdit } from '../../nodes/NanoBananaProEdit/NanoBananaProEdit.node';

export type BinaryMode = 'default' | 'filesystem';

/** n8n's own binary store, in memory or in a folder of its own. */
export async function useBinaryStore(mode: BinaryMode): Promise<void> {
	process.env.N8N_ENCRYPTION_KEY ??= 'unit-tests';
	process.env.N8N_LOG_LEVEL ??= 'silent';
	process.env.N8N_USER_FOLDER ??= await mkdtemp(path.join(tmpdir(), 'nano-banana-unit-'));
	Container.get(InstanceSettings);
	const config = Container.get(BinaryDataConfig);
	config.mode = mode;
	config.localStoragePath = await mkdtemp(path.join(tmpdir(), 'nano-banana-files-'));
	const service = Container.get(BinaryDataService);
	if (mode === 'default') (service as unknown as { managers: object }).managers = {};
	else await service.init();
	(service as unknown as { mode: string }).mode = mode === 'filesystem' ? 'filesystem-v2' : mode;
}

export const LOCATION = {
	type: 'execution' as const,
	workflowId: 'wf',
	executionId: '1',
};

/** Puts bytes into the store, as a node before ours would. */
export async function storeFile(
	bytes: Buffer,
	fileName: string,
	mimeType: string,
): Promise<IBinaryData> {
	const described: IBinaryData = {
		data: '',
		mimeType,
		fileName,
		fileType: mimeType.startsWith('image/') ? 'image' : undefined,
		fileExtension: path.extname(fileName).slice(1),
	};
	return await Container.get(BinaryDataService).store(LOCATION, bytes, described);
}

/** Gives a file another id with the same bytes, as n8n does when a webhook's execution gets its number. */
export async function renameStored(
	file: IBinaryData,
	from: string,
	to: string,
): Promise<IBinaryData> {
	const id = file.id!.replace(from, to);
	const withoutMode = (name: string) => name.slice(name.indexOf(':') + 1);
	await Container.get(BinaryDataService).rename(withoutMode(file.id!), withoutMode(id));
	return { ...file, id };
}

/** The bytes behind a file of an output item. */
export async function readStored(file: IBinaryData | undefined): Promise<Buffer> {
	if (!file) throw new Error('The item has no such file');
	return await Container.get(BinaryDataService).getAsBuffer(file);
}

const NODE_NAME = 'Edit';
/** The node whose items come in, so that n8n can trace an item back, and expressions can name it. */
export const PREVIOUS_NODE = 'Before';
const TYPE = 'n8n-nodes-nano-banana-pro.nanoBananaProEdit';

export interface NodeRun {
	parameters?: IDataObject;
	items: INodeExecutionData[];
	credential: ICredentialDataDecryptedObject;
	/** `onError`, `retryOnFail` and the like */
	node?: Partial<INode>;
	settings?: IWorkflowSettings;
	/** given a function that stops the execution, as the Stop button does */
	onStart?: (stop: () => void) => void;
	nodeType?: INodeType;
	mode?: WorkflowExecuteMode;
	/** an earlier run of the same execution data, which n8n's Retry execution goes on from */
	retryOf?: IRun;
	/** given what the node answers to the call that has started the execution */
	onResponse?: (response: IExecuteResponsePromiseData) => void;
}

export interface NodeResult {
	/** the items of each output */
	outputs: INodeExecutionData[][];
	/** what the node threw, when it stopped the workflow */
	error?: Error & {
		description?: string | null;
		httpCode?: string | null;
		context?: IDataObject;
	};
	/** what stands above the output */
	hints: string[];
	run: IRun;
}

export function nodeTypesFor(nodeType: INodeType): INodeTypes {
	return {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
}

export function additionalDataFor({ credential, onResponse }: NodeRun) {
	const atEnd: Array<(run: unknown) => Promise<void>> = [];
	const runHook = async (name: string, [value]: [unknown]) => {
		if (name === 'sendResponse') onResponse?.(value as IExecuteResponsePromiseData);
		if (name === 'workflowExecuteAfter') for (const handler of atEnd) await handler(value);
	};
	const addHandler = (name: string, handler: (typeof atEnd)[number]) =>
		name === 'workflowExecuteAfter' && atEnd.push(handler);
	const hooks = { runHook, addHandler };
	return {
		executionId: LOCATION.executionId,
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

/** n8n saves the state of nodes as text. */
const savedContext = (run?: IRun): IExecuteContextData =>
	JSON.parse(JSON.stringify(run?.data.executionData?.contextData ?? {})) as IExecuteContextData;

/** An execution in which the node before ours has just ended. */
function runDataFor(node: INode, { items, retryOf }: NodeRun) {
	const source = { main: [{ previousNode: PREVIOUS_NODE }] };
	const before: ITaskData = {
		startTime: 0,
		executionTime: 0,
		executionIndex: 0,
		source: [],
		data: { main: [items] },
	};
	return createRunExecutionData({
		resultData: { runData: { [PREVIOUS_NODE]: [before] } },
		executionData: {
			contextData: savedContext(retryOf),
			metadata: {},
			waitingExecution: {},
			waitingExecutionSource: {},
			nodeExecutionStack: [{ node, data: { main: [items] }, source }],
		},
	});
}

/** Runs the node as n8n's engine does: its context, its binary store, its retries and its error outputs. */
export async function runNode(options: NodeRun): Promise<NodeResult> {
	const { parameters = {}, settings = {}, onStart, mode = 'manual' } = options;
	const node: INode = {
		id: 'node',
		name: NODE_NAME,
		type: TYPE,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		credentials: { falApi: { id: '1', name: 'fal' } },
		...options.node,
	};
	const nodeType = options.nodeType ?? new NanoBananaProEdit();
	const workflow = new Workflow({
		id: LOCATION.workflowId,
		nodes: [{ ...node, id: 'before', name: PREVIOUS_NODE, parameters: {}, credentials: {} }, node],
		connections: {
			[PREVIOUS_NODE]: {
				main: [[{ node: NODE_NAME, type: NodeConnectionTypes.Main, index: 0 }]],
			},
		},
		active: false,
		nodeTypes: nodeTypesFor(nodeType),
		settings: { executionOrder: 'v1', ...settings },
	});
	const runData = runDataFor(node, options);
	const engine = new WorkflowExecute(additionalDataFor(options), mode, runData);
	const running = engine.processRunExecutionData(workflow);
	onStart?.(() => running.cancel());
	return asResult(await running);
}

function asResult(run: IRun): NodeResult {
	const task = run.data.resultData.runData[NODE_NAME]?.at(-1);
	return {
		outputs: (task?.data?.main ?? []).map((items) => items ?? []),
		error: (task?.error ?? run.data.resultData.error) as NodeResult['error'],
		hints: (task?.hints ?? []).map(({ message }) => message),
		run,
	};
}
