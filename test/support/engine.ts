import 'reflect-metadata';
import { WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	Workflow,
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
	type IWorkflowSettings,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { additionalDataFor } from './additionalData';
import { LOCATION } from './binaryStore';
import { NanoBananaProEdit } from '../../nodes/NanoBananaProEdit/NanoBananaProEdit.node';

export * from './additionalData';
export * from './binaryStore';

const NODE_NAME = 'Edit';
/** The node whose items come in, so that n8n can trace an item back, and expressions can name it. */
export const PREVIOUS_NODE = 'Before';
const TYPE = 'n8n-nodes-nano-banana-pro.nanoBananaProEdit';

export interface NodeRun {
	parameters?: IDataObject;
	items: INodeExecutionData[];
	credential: ICredentialDataDecryptedObject;
	/** where it is not the one of all tests */
	workflowId?: string;
	/** the type of the node before */
	previousType?: string;
	/** `onError`, `retryOnFail` and the like */
	node?: Partial<INode>;
	settings?: IWorkflowSettings;
	/** given a function that stops the execution, as the Stop button does */
	onStart?: (stop: () => void) => void;
	nodeType?: INodeType;
	mode?: WorkflowExecuteMode;
	/** an earlier run of the same execution data, from which a loop or n8n's Retry execution goes on */
	retryOf?: IRun;
	/** a run that was killed: of it n8n has its start only, and Retry execution begins from there */
	killedRun?: IRun;
	/** of a sub-workflow: the execution that has started this one */
	parentExecutionId?: string;
	/** that of another execution; without it all are one */
	executionId?: string;
	/** given what the node answers to the call that has started the execution */
	onResponse?: (response: IExecuteResponsePromiseData) => void;
	/** n8n is killed before it saves the execution: nothing is told of its end */
	isKilled?: boolean;
	/** what happens before n8n has saved the execution */
	onEnd?: () => void | Promise<void>;
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

/** n8n saves the state of nodes as text. */
const savedContext = (run?: IRun) =>
	JSON.parse(JSON.stringify(run?.data.executionData?.contextData ?? {})) as IExecuteContextData;

/** What n8n notes of an execution when it starts, and keeps in its retries. */
function startOf({ retryOf, killedRun, parentExecutionId, mode = 'manual' }: NodeRun) {
	const before = (retryOf ?? killedRun)?.data.executionData?.runtimeData;
	if (!parentExecutionId) return before;
	return { version: 1 as const, establishedAt: Date.now(), source: mode, parentExecutionId };
}

/** The earlier runs of our node: n8n's Retry execution takes out one that has failed. */
function ranBefore({ retryOf }: NodeRun): ITaskData[] {
	const ran = retryOf?.data.resultData.runData[NODE_NAME] ?? [];
	return ran.slice(0, ran.at(-1)?.error ? -1 : undefined);
}

/** An execution in which the node before ours has just ended. */
function runDataFor(node: INode, run: NodeRun) {
	const { items, retryOf } = run;
	const source = { main: [{ previousNode: PREVIOUS_NODE }] };
	const before: ITaskData = {
		startTime: 0,
		executionTime: 0,
		executionIndex: 0,
		source: [],
		data: { main: [items] },
	};
	return createRunExecutionData({
		resultData: { runData: { [PREVIOUS_NODE]: [before], [NODE_NAME]: ranBefore(run) } },
		executionData: {
			contextData: savedContext(retryOf),
			runtimeData: startOf(run),
			metadata: {},
			waitingExecution: {},
			waitingExecutionSource: {},
			nodeExecutionStack: [{ node, data: { main: [items] }, source }],
		},
	});
}

const beforeOf = (node: INode, { previousType: type = node.type }: NodeRun): INode => ({
	...node,
	...{ id: 'before', name: PREVIOUS_NODE, type, parameters: {}, credentials: {} },
});

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
		id: options.workflowId ?? LOCATION.workflowId,
		nodes: [beforeOf(node, options), node],
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
	return asResult(await running, ranBefore(options).length);
}

function asResult(run: IRun, nth: number): NodeResult {
	const task = run.data.resultData.runData[NODE_NAME]?.[nth];
	return {
		outputs: (task?.data?.main ?? []).map((items) => items ?? []),
		error: (task?.error ?? run.data.resultData.error) as NodeResult['error'],
		hints: (task?.hints ?? []).map(({ message }) => message),
		run,
	};
}
