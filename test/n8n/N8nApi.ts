import type {
	CommunityPackage,
	Credential,
	ExecutionsPage,
	ListedExecution,
	NodeType,
	SavedWorkflow,
	Workflow,
} from './apiTypes';
import { N8nSession } from './N8nSession';
import { deserializeExecution, isWhole, type ExecutionResult } from './executionResult';

export const finalStates = ['success', 'error', 'crashed', 'canceled'];
const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

/** The REST calls that n8n's editor makes, as its user makes them. */
export class N8nApi extends N8nSession {
	async credentials(): Promise<Credential[]> {
		return await this.call('GET', '/credentials');
	}

	async createCredential(name: string, type: string, data: object): Promise<Credential> {
		return await this.call('POST', '/credentials', { name, type, data });
	}

	async updateCredential(credential: Credential, data: object): Promise<Credential> {
		const { id, name, type } = credential;
		return await this.call('PATCH', `/credentials/${id}`, { name, type, data });
	}

	async deleteCredential({ id }: Credential): Promise<void> {
		await this.call('DELETE', `/credentials/${id}`);
	}

	/** What the credential's own test says, as the editor shows it after a save. */
	async testCredential(
		credential: Credential,
		data: object,
	): Promise<{ status: string; message: string }> {
		return await this.call('POST', '/credentials/test', { credentials: { ...credential, data } });
	}

	async workflows(): Promise<SavedWorkflow[]> {
		return await this.call('GET', '/workflows');
	}

	async workflow(id: string): Promise<SavedWorkflow> {
		return await this.call('GET', `/workflows/${id}`);
	}

	async createWorkflow(workflow: Workflow): Promise<SavedWorkflow> {
		return await this.call('POST', '/workflows', { active: false, settings: {}, ...workflow });
	}

	async updateWorkflow(id: string, workflow: Workflow): Promise<SavedWorkflow> {
		return await this.call('PATCH', `/workflows/${id}`, workflow);
	}

	async activate({ id, versionId }: { id: string; versionId: string }): Promise<void> {
		await this.call('POST', `/workflows/${id}/activate`, { versionId });
		// n8n 1 answers when all is in place, and has no such status.
		if (this.major > 1) await this.waitUntilPublished(id);
	}

	/** n8n answers before the workflow's webhooks and forms are in place. */
	async waitUntilPublished(id: string, timeoutMs = 60_000): Promise<void> {
		const deadline = Date.now() + timeoutMs;
		const path = `/workflows/${id}/publication-status`;
		for (;;) {
			const { status, triggers } = await this.call<{
				status: string;
				triggers: Array<{ errorMessage: string | null }>;
			}>('GET', path);
			if (status === 'published') return;
			if (status === 'failed' || Date.now() > deadline) {
				const why = triggers.map(({ errorMessage }) => errorMessage ?? '').join('; ');
				throw new Error(`Workflow ${id} could not be activated: ${why || status}`);
			}
			await sleep(50);
		}
	}

	async deactivate(id: string): Promise<void> {
		await this.call('POST', `/workflows/${id}/deactivate`);
	}

	/** The editor's button "Execute workflow"; gives the id of the execution. */
	async runManually(workflowId: string, triggerName: string): Promise<string> {
		const start = { triggerToStartFrom: { name: triggerName } };
		const body =
			this.major > 1 ? start : { ...start, workflowData: await this.workflow(workflowId) };
		const path = `/workflows/${workflowId}/run`;
		return (await this.call<{ executionId: string }>('POST', path, body)).executionId;
	}

	/** The editor's button "Listen for test event"; true when n8n waits for one. */
	async listen(workflowId: string, triggerName: string): Promise<boolean> {
		const result = await this.call<{ waitingForWebhook?: boolean }>(
			'POST',
			`/workflows/${workflowId}/run`,
			{ triggerToStartFrom: { name: triggerName } },
		);
		return result.waitingForWebhook ?? false;
	}

	/** Runs an inactive workflow and waits for its end. */
	async runToEnd(
		workflowId: string,
		triggerName: string,
		timeoutMs?: number,
	): Promise<ExecutionResult> {
		return await this.waitForExecution(await this.runManually(workflowId, triggerName), timeoutMs);
	}

	async execution(id: string): Promise<ExecutionResult> {
		return deserializeExecution(await this.call('GET', `/executions/${id}`));
	}

	/** The latest executions of a workflow, the newest first. */
	async executions(workflowId: string, limit = 100): Promise<ListedExecution[]> {
		return (await this.executionsPage(workflowId, limit)).results;
	}

	async executionsPage(workflowId: string, limit: number, cursor = ''): Promise<ExecutionsPage> {
		const query = new URLSearchParams({
			filter: JSON.stringify({ workflowId }),
			limit: String(limit),
			...(cursor && { cursor }),
		});
		return await this.call('GET', `/executions?${query}`);
	}

	async waitForExecution(id: string, timeoutMs = 180_000): Promise<ExecutionResult> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const execution = await this.execution(id);
			if (finalStates.includes(execution.status) && isWhole(execution)) return execution;
			if (Date.now() > deadline) throw new Error(`Execution ${id} is still ${execution.status}`);
			await sleep(100);
		}
	}

	/** The button "Retry execution"; waits for the new execution's end. */
	async retry(id: string): Promise<ExecutionResult> {
		const retried = await this.call<{ id: string }>('POST', `/executions/${id}/retry`);
		return await this.waitForExecution(retried.id);
	}

	async stopExecution(id: string): Promise<void> {
		await this.call('POST', `/executions/${id}/stop`);
	}

	/** A file of an execution, by the way the editor's button "Download" takes. */
	async downloadBinary(binary: { id?: string; data: string; mimeType: string }): Promise<Buffer> {
		// Kept in memory, a file stands in the execution's data itself and has no id.
		const { id, data, mimeType } = binary;
		if (!id) return Buffer.from(data, 'base64');
		const query = new URLSearchParams({ id, action: 'download', mimeType });
		const response = await this.fetch(`/rest/binary-data?${query}`);
		return Buffer.from(await response.arrayBuffer());
	}

	private async dataTables(): Promise<string> {
		const { id } = await this.call<{ id: string }>('GET', '/projects/personal');
		return `/projects/${id}/data-tables`;
	}

	/** A data table with columns of text; gives the table's path. */
	async createDataTable(name: string, columns: string[]): Promise<string> {
		const tables = await this.dataTables();
		const body = { name, columns: columns.map((column) => ({ name: column, type: 'string' })) };
		const { id } = await this.call<{ id: string }>('POST', tables, body);
		return `${tables}/${id}`;
	}

	async addRows(table: string, rows: object[]): Promise<void> {
		await this.call('POST', `${table}/insert`, { data: rows });
	}

	async rows(table: string): Promise<Array<Record<string, unknown>>> {
		const { data } = await this.call<{ data: Array<Record<string, unknown>> }>(
			'GET',
			`${table}/rows?take=250`,
		);
		return data;
	}

	async communityPackages(): Promise<CommunityPackage[]> {
		return await this.call('GET', '/community-packages');
	}

	/** Descriptions of the loaded nodes, as the editor gets them. */
	async nodeTypes(): Promise<NodeType[]> {
		const response = await this.fetch('/types/nodes.json');
		return (await response.json()) as NodeType[];
	}
}
