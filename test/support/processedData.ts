import { DataDeduplicationService } from 'n8n-core';
import type { INode } from 'n8n-workflow';

/**
 * n8n's memory of what was processed, as its database keeps it, for each node: the latest entries; once a file of tests.
 *
 * @param isCutOff whether a node's process is dead, and no longer reaches the database
 */
export async function useProcessedData(isCutOff = (_nodeId: string) => false): Promise<void> {
	const lists = new Map<string, Set<unknown>>();
	const listOf = (node?: INode) => {
		if (isCutOff(node?.id ?? '')) throw new Error('Connection terminated');
		const list = lists.get(node?.id ?? '') ?? new Set();
		lists.set(node?.id ?? '', list);
		return list;
	};
	await DataDeduplicationService.init({
		checkProcessedAndRecord: async (items, _scope, { node }, { maxEntries }) => {
			const list = listOf(node);
			const processed = items.filter((item) => list.has(item));
			items.forEach((item) => list.add(item));
			const surplus = maxEntries ? Math.max(0, list.size - maxEntries) : 0;
			for (const oldest of [...list].slice(0, surplus)) list.delete(oldest);
			return { new: items.filter((item) => !processed.includes(item)), processed };
		},
		removeProcessed: async (items, _scope, { node }) =>
			items.forEach((item) => listOf(node).delete(item)),
		clearAllProcessedItems: async () => lists.clear(),
		getProcessedDataCount: async (_scope, { node }) => listOf(node).size,
	});
}
