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

/** When the user presses Stop: at so many orders, or at so many fetched results. */
export interface StopAt {
	seen: 'orders' | 'results';
	count: number;
}

/** What happens to one execution, from its start to the last Retry execution. */
export interface History {
	operation: 'edit' | 'submit';
	items: Share[];
	/** which expression gives another value each time that it is asked */
	changing: 'nothing' | 'time' | 'seed';
	goesOn: boolean;
	/** Retry On Fail, the first included */
	tries: number;
	stop?: StopAt;
	/** When n8n dies: of what the node has done since, n8n has saved nothing. */
	dies?: StopAt;
	/** s */
	timeout: number;
	/** ms between starts */
	interval: number;
	/** how often n8n's Retry execution is pressed, as long as the execution has failed */
	retries: number;
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

const all = fc.record(
	{
		operation: fc.constantFrom<History['operation']>('edit', 'edit', 'edit', 'submit'),
		items: fc.array(share, { minLength: 1, maxLength: 4 }),
		changing: fc.constantFrom<History['changing']>('nothing', 'time', 'seed'),
		goesOn: fc.boolean(),
		tries: fc.integer({ min: 1, max: 3 }),
		stop,
		dies: stop,
		timeout: fc.constantFrom(20, 60),
		interval: fc.constantFrom(0, 0, 300),
		retries: fc.integer({ min: 0, max: 2 }),
	},
	{
		requiredKeys: [
			...(['operation', 'items', 'changing', 'goesOn', 'tries'] as const),
			...(['timeout', 'interval', 'retries'] as const),
		],
	},
);

/** What is stopped does not die as well. */
export const histories: fc.Arbitrary<History> = all.map(({ dies, ...history }) =>
	history.stop || !dies ? history : { ...history, dies },
);
