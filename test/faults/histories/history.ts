import fc from 'fast-check';
import { FAULTS, LISTED, type Listed } from '../random/draw';

/** One item's share: what goes wrong with it, and how long fal works on it. */
export interface Share {
	/** in the emulator's words, without the brackets */
	faults: string[];
	/** ms of work */
	latency: number;
	/** ms after which it stands in fal's history */
	listed: Listed;
}

/** When the user presses Stop, or n8n dies: at so many orders, at so many fetched results. */
export interface StopAt {
	seen: 'orders' | 'results';
	count: number;
}

/** n8n may also die behind the node, before it saves what so many visits have given. */
export type End = StopAt | { seen: 'visits'; count: number };

/** One press of n8n's Retry execution. */
export interface Press {
	/** which execution it is of: the latest, or the very first once more */
	of: 'latest' | 'first';
	/** in which of n8n's processes it runs; the first execution runs in the process 0 */
	process: number;
	/** whether it is pressed twice at the same moment */
	isTwice: boolean;
}

/** What happens to one execution, from its start to the last Retry execution. */
export interface History {
	operation: 'edit' | 'submit';
	items: Share[];
	/** which expression gives another value each time that it is asked */
	changing: 'nothing' | 'time' | 'seed';
	/** an edit; one alone is sent with a seed that is drawn for it */
	images: number;
	/** how often a loop comes to the node, and whether it brings the same rows each time */
	visits: number;
	hasEqualRows: boolean;
	/** an execution of its own with the same rows, in the same process */
	twin?: 'before' | 'beside';
	goesOn: boolean;
	/** Retry On Fail, the first included */
	tries: number;
	stop?: StopAt;
	/** When n8n dies: of what the node has done since, n8n has saved nothing. */
	dies?: End;
	/** what the user does then */
	afterDeath: 'starts anew' | 'retries';
	/** whether n8n saves the execution after each node */
	savesProgress: boolean;
	/** s */
	timeout: number;
	/** ms between starts */
	interval: number;
	/** n8n's Retry execution, as long as the execution has failed */
	presses: Press[];
}

const fault = fc
	.tuple(
		fc.constantFrom(...Object.keys(FAULTS)),
		fc.nat(),
		fc.constantFrom(' x1', ' x2', ' x4', ''),
	)
	.map(([stage, at, times]) => {
		const kinds = FAULTS[stage]!;
		return `${stage}=${kinds[at % kinds.length]}${times}`;
	});

/** What ends a batch, and what makes another row late for it. */
const refusal = fc.constant('model=refusal-422');
const slowUpload = fc.constant('upload=slow 12000ms');

const share: fc.Arbitrary<Share> = fc.record({
	faults: fc.array(fc.oneof({ weight: 5, arbitrary: fault }, refusal, slowUpload), {
		maxLength: 2,
	}),
	latency: fc.constantFrom(0, 500, 3_000, 3_600_000),
	listed: fc.constantFrom(...LISTED),
});

const stop: fc.Arbitrary<StopAt> = fc.record({
	seen: fc.constantFrom<StopAt['seen']>('orders', 'results'),
	count: fc.integer({ min: 1, max: 3 }),
});

/** Also before it has sent anything. */
const death: fc.Arbitrary<End> = fc.oneof(
	{ weight: 3, arbitrary: stop },
	{
		weight: 1,
		arbitrary: fc.record({
			seen: fc.constant('visits' as const),
			count: fc.integer({ min: 1, max: 3 }),
		}),
	},
	{ weight: 1, arbitrary: fc.constant<StopAt>({ seen: 'orders', count: 0 }) },
);

const press: fc.Arbitrary<Press> = fc.record({
	of: fc.constantFrom<Press['of']>('latest', 'latest', 'first'),
	process: fc.constantFrom(0, 1, 2),
	isTwice: fc.constantFrom(false, false, true),
});

const all = fc.record(
	{
		operation: fc.constantFrom<History['operation']>('edit', 'edit', 'edit', 'submit'),
		items: fc.array(share, { minLength: 1, maxLength: 4 }),
		changing: fc.constantFrom<History['changing']>('nothing', 'time', 'seed'),
		images: fc.constantFrom(1, 1, 1, 2),
		visits: fc.constantFrom(1, 1, 1, 2, 3),
		hasEqualRows: fc.boolean(),
		twin: fc.constantFrom('before', 'beside'),
		goesOn: fc.boolean(),
		tries: fc.integer({ min: 1, max: 3 }),
		stop,
		dies: death,
		afterDeath: fc.constantFrom<History['afterDeath']>('starts anew', 'retries', 'retries'),
		savesProgress: fc.boolean(),
		timeout: fc.constantFrom(20, 20, 20, 60),
		interval: fc.constantFrom(0, 0, 300),
		presses: fc.array(press, { maxLength: 2 }),
	},
	{
		requiredKeys: [
			...(['operation', 'items', 'changing', 'images', 'visits', 'hasEqualRows'] as const),
			...(['goesOn', 'tries', 'afterDeath', 'savesProgress'] as const),
			...(['timeout', 'interval', 'presses'] as const),
		],
	},
);

/** Whether a request has no seed that is drawn for it: then it is known again by its fields. */
export const isByFields = ({ images, changing }: History): boolean =>
	images > 1 || changing === 'seed';

/** Whether a process goes on that does not know what another one has sent. */
const isElsewhere = ({ dies, presses }: Pick<History, 'dies' | 'presses'>) =>
	dies !== undefined || presses.some(({ process }) => process > 0);

/**
 * What is stopped does not die as well. What is known by its fields may be taken for that of an equal execution
 * by a process that does not know whose it is (docs/money.md).
 */
export const histories: fc.Arbitrary<History> = all.map(({ stop: stopAt, twin, ...history }) => ({
	...history,
	...(!history.dies && stopAt && { stop: stopAt }),
	...(!(isElsewhere(history) && isByFields(history)) && twin && { twin }),
}));
