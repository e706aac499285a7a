export interface Owner {
	email: string;
	password: string;
}

export interface Credential {
	id: string;
	name: string;
	type: string;
}

export interface WorkflowNode {
	id?: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	[setting: string]: unknown;
}

export interface Workflow {
	id?: string;
	versionId?: string;
	active?: boolean;
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, unknown>;
}

export type SavedWorkflow = Workflow & { id: string; versionId: string };

export interface ListedExecution {
	id: string;
	status: string;
	mode: string;
	startedAt: string;
	stoppedAt?: string;
}

export interface ExecutionsPage {
	results: ListedExecution[];
	/** where the next page starts, while there is one */
	nextCursor?: string | null;
}

export interface CommunityPackage {
	packageName: string;
	installedVersion: string;
	failedLoading?: boolean;
	installedNodes: Array<{ name: string; type: string; latestVersion: number }>;
}

export interface NodeType {
	name: string;
	displayName: string;
	version: number | number[];
}

/** A run as n8n's list of executions shows it. */
export interface ExecutionSummary {
	id: string;
	status: string;
	mode: string;
}
