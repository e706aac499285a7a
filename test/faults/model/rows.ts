import {
	takenBy,
	transitions,
	type RequestEvent,
	type RequestState,
} from '../../../nodes/shared/requests/request';
import { EVENTS, KEEPS, TABLE, type Status } from '../../nodes/shared/requests/table';

type Step = (state: RequestState, event: RequestEvent) => RequestState;

const sought = { seed: 2 ** 30, from: 0 };
const failure = { stage: 'submit', network: 'NO_ANSWER' } as const;
const taken = takenBy('the request of nobody');

/** All that any state needs, of what the state and the event have. */
const whole = (state: RequestState, event: RequestEvent) => ({
	...{ sought, failure, taken, result: { images: [], description: '' }, output: '' },
	...state,
	...event,
});

const stepTo =
	(status: Status, more = 0): Step =>
	(state, event) => {
		const all = whole(state, event) as Record<string, unknown>;
		const kept = KEEPS[status].map((name) => [name, all[name]]);
		const attempt = state.attempt + more;
		return { ...Object.fromEntries(kept), status, attempt } as RequestState;
	};

/** One row of the table of transitions, changed. */
export interface ChangedRow {
	name: string;
	/** @returns what puts it right again */
	change: () => () => void;
}

const table = transitions as Record<Status, Record<string, Step | undefined>>;
const statuses = Object.keys(KEEPS) as Status[];

function changed(status: Status, event: string, becomes: string, step?: Step): ChangedRow {
	const change = () => {
		const before = table[status][event];
		if (step) table[status][event] = step;
		else delete table[status][event];
		return () => {
			if (before) table[status][event] = before;
			else delete table[status][event];
		};
	};
	return { name: `${status} ${event}: ${becomes}`, change };
}

/** Every row with another end, without one, and counted otherwise; and a row for each event that cannot be. */
export function changedRows(): { existing: ChangedRow[]; added: ChangedRow[] } {
	const existing: ChangedRow[] = [];
	const added: ChangedRow[] = [];
	for (const status of statuses)
		for (const event of Object.keys(EVENTS)) {
			const row = TABLE.find((one) => one[0] === status && one[1] === event);
			const others = statuses.filter((other) => other !== row?.[2]);
			const rows = others.map((other) => changed(status, event, other, stepTo(other)));
			if (!row) {
				added.push(...rows);
				continue;
			}
			const step = table[status][event]!;
			const again: Step = (state, what) => {
				const next = step(state, what);
				return { ...next, attempt: next.attempt + 1 };
			};
			existing.push(...rows, changed(status, event, 'no row'));
			existing.push(changed(status, event, 'one more attempt', again));
		}
	return { existing, added };
}
