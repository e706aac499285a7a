import { DataDeduplicationService } from 'n8n-core';
import { JOURNAL } from '../../nodes/shared/limits';
import { nodeOfAnotherProcess } from './anotherProcess';
import { made, PUBLIC_URL, useEditBench, type EditBench, type EditRun } from './edit';
import { LOCATION, type NodeResult } from './engine';
import { makeImage } from './images';
import { useProcessedData } from './processedData';

/** The prompt is what the row says. */
export const BY_ROW = { prompt: '={{ $json.value }}' };

/** For the runs that look in vain: how long is no part of an order. */
export const brief = { options: { timeout: 1 } };

export const requestsOf = (result: NodeResult) => made(result).map(({ json }) => json.request_id);

export interface KilledRuns {
	bench: EditBench;
	/** a node for each test, since n8n's memory is of a node */
	own: () => { node: { id: string } };
	/** the ids of all requests, in the order in which fal got them */
	ids: () => string[];
	/** A run that a trigger has started, in an n8n that is killed before it saves the run. */
	killed: (run: EditRun) => Promise<NodeResult>;
	/** Later runs of the node make room in n8n's database for themselves. */
	forgotten: () => Promise<void>;
	/** n8n's Retry execution of it, in the next n8n: it has the run's start, and nothing of its state. */
	retry: (of: NodeResult, again: EditRun) => Promise<NodeResult>;
}

/** A bench for the tests of runs that n8n was killed in; once a file of tests. */
export function useKilledRuns(): KilledRuns {
	const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] }, 'filesystem');
	let tests = 0;
	beforeAll(useProcessedData);
	beforeEach(async () => {
		tests++;
		bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
	});
	afterEach(() => jest.restoreAllMocks());
	const own = () => ({ node: { id: `node ${tests}` } });
	return {
		...{ bench, own },
		ids: () => bench.fal.jobs.map(({ id }) => id),
		killed: async (run) => await bench.edit({ ...own(), ...run, mode: 'webhook', isKilled: true }),
		forgotten: async () => {
			const others = Array.from({ length: JOURNAL.kept }, (_, at) => `other ${at}`);
			await DataDeduplicationService.getInstance().checkProcessedAndRecord(
				others,
				'node',
				{ workflow: { id: LOCATION.workflowId } as never, node: own().node as never },
				{ mode: 'entries', maxEntries: JOURNAL.kept },
			);
		},
		retry: async ({ run }, again) =>
			await bench.edit({
				...{ ...own(), killedRun: run, mode: 'retry', nodeType: nodeOfAnotherProcess() },
				...again,
			}),
	};
}
