import type { Run } from './run';
import { median, quantile } from './statistics';
import { boundOf, type Subject, type Workload } from './workloads';

export type Runs = Partial<Record<Subject, Run>>;

export interface Measured {
	workload: Workload;
	runs: Runs;
	/** what went wrong, of the subjects that have no run */
	failures: string[];
}

/** What the tables show of one run. Times in ms, memory and files in MB. */
export interface Figures {
	time: number;
	/** time over the bound */
	ratio: number;
	noticed: number;
	noticed95: number;
	/** status calls and streams for each request */
	calls: number;
	/** the most memory of all of n8n */
	peak: number;
	overIdle: number;
	/** over the same workflow without node or loop */
	overNone?: number;
	/** processor time for each item, less that of the same workflow without node or loop */
	cpu?: number;
	uploads: number;
	uploaded: number;
	/** the most that waited at fal once the run had learned what the account takes, over its slots */
	crowd: number;
}

const mega = (bytes: number) => bytes / 1_000_000;

export function figuresOf(workload: Workload, run: Run, none?: Run): Figures {
	return {
		time: run.time,
		ratio: run.time / boundOf(workload),
		noticed: median(run.noticed),
		noticed95: quantile(run.noticed, 0.95),
		calls: run.statusCalls / run.orders,
		peak: mega(run.peak),
		overIdle: mega(run.peak - run.idle),
		overNone: none && mega(run.peak - none.peak),
		cpu: none && (run.cpu - none.cpu) / workload.items,
		uploads: run.uploads,
		uploaded: mega(run.uploadedBytes),
		crowd: run.crowd,
	};
}

export function figuresIn({ workload, runs }: Measured, subject: Subject): Figures | undefined {
	const run = runs[subject];
	// What runs outside of n8n has all its memory and time to itself.
	return run && figuresOf(workload, run, subject === 'bare' ? undefined : runs.none);
}
