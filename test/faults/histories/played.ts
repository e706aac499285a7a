import type { Job } from '../../emulator';
import type { NodeResult } from '../../support/engine';
import type { History } from './history';

/** One run of the node. */
export interface Visit {
	/** which of its loop */
	visit: number;
	/** 0, and 1 once the user has begun anew after a death */
	life: number;
	/** which execution, Retry execution counted too */
	execution: number;
	/** ms */
	start: number;
	/** `undefined` where it did not end */
	result?: NodeResult;
}

export interface Played {
	history: History;
	/** what stands in the prompts of this history only */
	name: string;
	/** those of which n8n has saved the end, one after the other */
	visits: Visit[];
	executions: number;
	/** how many of its loop's visits have begun in any execution */
	visitsBegun: number;
	/** how often Retry execution was pressed for an execution that n8n has died in */
	retriesOfKilled: number;
	jobs: Job[];
	twin?: NodeResult;
	/** ms, when Stop was pressed */
	stoppedAt?: number;
	/** ms, when n8n has died */
	diedAt?: number;
	/** ms that a call to fal took at most meanwhile, on this machine as busy as it was */
	slowestCall: number;
}
