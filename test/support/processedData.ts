import { DataDeduplicationService } from 'n8n-core';
import type { INode } from 'n8n-workflow';

/**
 * n8n's memory of what was processed, as its database keeps it, for each node, or for a workflow: the latest entries;
 * once a file of tests.
 *
 * @param isCutOff whether a node's process is dead, and no longer reaches the database
 */
export async function useProcessedData(
	isCutOff: (nodeId: string) => boolean = () => false,
): Promise<void> {
	const lists = new Map<string, Set<unknown>>();
	const listOf = (
		scope: string,
		{ node, workflow }: { node?: INode; workflow: { id: string } },
	) => {
		if (isCutOff(node?.id ?? '')) throw new Error('Connection terminated');
		const name = `${workflow.id} ${scope === 'node' ? node?.id : ''}`;
		const list = lists.get(name) ?? new Set();
		lists.set(name, list);
		return list;
	};
	await DataDeduplicationService.init({
		checkProcessedAndRecord: async (items, scope, of, { maxEntries }) => {
			const list = listOf(scope, of as never);
			const processed = items.filter((item) => list.has(item));
			items.forEach((item) => list.add(item));
			const surplus = maxEntries ? Math.max(0, list.size - maxEntries) : 0;
			for (const oldest of [...list].slice(0, surplus)) list.delete(oldest);
			return { new: items.filter((item) => !processed.includes(item)), processed };
		},
		removeProcessed: async (items, scope, of) =>
			items.forEach((item) => listOf(scope, of as never).delete(item)),
		clearAllProcessedItems: async () => lists.clear(),
		getProcessedDataCount: async (scope, of) => listOf(scope, of as never).size,
	});
}
