import type { ListedExecution } from './apiTypes';
import type { N8nApi } from './N8nApi';

/** As many as n8n lists at once. */
const PAGE = 100;

/** Every execution of a workflow, the newest first. */
export async function allExecutions(api: N8nApi, workflowId: string): Promise<ListedExecution[]> {
	const found: ListedExecution[] = [];
	for (let cursor = ''; ; ) {
		const { results, nextCursor } = await api.executionsPage(workflowId, PAGE, cursor);
		found.push(...results);
		if (!nextCursor) return found;
		cursor = nextCursor;
	}
}
