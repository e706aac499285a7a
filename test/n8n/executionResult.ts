import { parse } from 'flatted';

export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, ItemFile>;
	pairedItem?: unknown;
	error?: unknown;
}

export interface ItemFile {
	id?: string;
	data: string;
	mimeType: string;
	fileName?: string;
	fileExtension?: string;
	bytes?: number;
}

export interface NodeError {
	message: string;
	description?: string;
	name?: string;
	httpCode?: string;
	context?: Record<string, unknown>;
}

export interface NodeRun {
	executionStatus: string;
	executionTime: number;
	startTime: number;
	error?: NodeError;
	data?: { main?: Array<Item[] | null> };
}

interface RunData {
	resultData: { runData: Record<string, NodeRun[]>; error?: NodeError; lastNodeExecuted?: string };
}

export interface ExecutionResult {
	id: string;
	status: string;
	mode: string;
	startedAt: string;
	stoppedAt?: string;
	data: RunData;
}

/** n8n sends an execution's data as text in the flatted format, to carry shared objects. */
export function deserializeExecution(raw: ExecutionResult & { data: unknown }): ExecutionResult {
	const data = typeof raw.data === 'string' ? (parse(raw.data) as RunData) : raw.data;
	return { ...raw, data: data ?? { resultData: { runData: {} } } };
}

export function runsOf(execution: ExecutionResult, nodeName: string): NodeRun[] {
	return execution.data.resultData.runData[nodeName] ?? [];
}

/** Items of one output of a node, of its last run. */
export function outputOf(execution: ExecutionResult, nodeName: string, output = 0): Item[] {
	return runsOf(execution, nodeName).at(-1)?.data?.main?.[output] ?? [];
}

/** Items of one output of a node, of all its runs: a loop has several. */
export function allOutputOf(execution: ExecutionResult, nodeName: string, output = 0): Item[] {
	return runsOf(execution, nodeName).flatMap(({ data }) => data?.main?.[output] ?? []);
}

/** The error that ended the execution, if one did. */
export function errorOf(execution: ExecutionResult): NodeError | undefined {
	return execution.data.resultData.error;
}

/** n8n 1 saves an execution's end first and what came of it a moment later; until then its data is that of its start. */
export const isWhole = ({ status, data: { resultData } }: ExecutionResult): boolean =>
	!['success', 'error'].includes(status) ||
	(resultData.lastNodeExecuted ?? resultData.error) !== undefined;
