import type { ListedExecution } from './apiTypes';
import type { N8nApi } from './N8nApi';

/** As many as n8n lists at once. */
const PAGE = 100;

/** Every execution of a workflow, the newest first. */
export async function allExecutions(api: N8nApi, workflowId: string): Promise<ListedExecution[]> {
	const found = await api.executions(workflowId, PAGE);
	for (let last = found.length; last === PAGE; ) {
		const older = await api.executions(workflowId, PAGE, `&lastId=${found.at(-1)?.id}`);
		found.push(...older);
		last = older.length;
	}
	return found;
}
