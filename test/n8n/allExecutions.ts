import type { ListedExecution } from './apiTypes';
import type { N8nApi } from './N8nApi';

/** As many as n8n lists at once. */
const PAGE = 100;

/**
 * n8n lists by the time of the start and turns the page by id, so that executions of a queue, which do
 * not start in the order of their ids, are left out where a page ends. Pages that overlap have them.
 */
const OVERLAP = 50;

/** n8n's own form of a place in the list. */
function cursorBefore({ id, startedAt }: ListedExecution): string {
	const timestamp = new Date(startedAt ?? 0).toISOString();
	const v1 = { id: String(Number(id) + OVERLAP), timestamp };
	return Buffer.from(JSON.stringify({ version: 1, v1 })).toString('base64url');
}

/** Every execution of a workflow, the newest first. */
export async function allExecutions(api: N8nApi, workflowId: string): Promise<ListedExecution[]> {
	const found = new Map<string, ListedExecution>();
	for (let cursor = ''; ; ) {
		const { results, nextCursor } = await api.executionsPage(workflowId, PAGE, cursor);
		const before = found.size;
		for (const one of results) found.set(one.id, one);
		const last = results.at(-1);
		if (!nextCursor || !last || found.size === before) break;
		cursor = cursorBefore(last);
	}
	return [...found.values()].sort((a, b) => Number(b.id) - Number(a.id));
}
