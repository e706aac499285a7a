import {
	reduce,
	takenBy,
	type RequestEvent,
	type RequestState,
} from '../../../../nodes/shared/requests/request';

export type Status = RequestState['status'];

const taken = takenBy('00000000-0000-4000-8000-000000000000');
const sought = { seed: 1_500_000_000, from: 0 };
const failure = { stage: 'submit', network: 'ECONNRESET' } as const;
const result = { images: [{ url: 'https://v3b.fal.media/a.png' }], description: '' };

export const STATES: Record<Status, RequestState> = {
	new: { status: 'new', attempt: 0 },
	submitting: { status: 'submitting', attempt: 0, sought },
	unconfirmed: { status: 'unconfirmed', attempt: 0, sought, failure },
	submitted: { status: 'submitted', attempt: 0, taken },
	cancelling: { status: 'cancelling', attempt: 0, taken },
	finished: { status: 'finished', attempt: 0, taken, result },
	delivered: { status: 'delivered', attempt: 0, taken, output: [] },
};

export const EVENTS: Record<RequestEvent['type'], RequestEvent> = {
	sent: { type: 'sent', sought },
	taken: { type: 'taken', taken },
	refused: { type: 'refused' },
	lost: { type: 'lost', sought, failure },
	found: { type: 'found', taken },
	cancelAsked: { type: 'cancelAsked' },
	inProgress: { type: 'inProgress' },
	cancelled: { type: 'cancelled' },
	failedForFree: { type: 'failedForFree' },
	finished: { type: 'finished', result },
	delivered: { type: 'delivered', output: [] },
};

/** What each state keeps, beside its name and how many were given up before it. */
export const KEEPS: Record<Status, string[]> = {
	new: [],
	submitting: ['sought'],
	unconfirmed: ['sought', 'failure'],
	submitted: ['taken'],
	cancelling: ['taken'],
	finished: ['taken', 'result'],
	delivered: ['taken', 'output'],
};

type Row = [state: Status, event: RequestEvent['type'], becomes: Status, more?: number];

/** The table of transitions; `1` where one was given up. */
export const TABLE: Row[] = [
	['new', 'sent', 'submitting'],
	['new', 'lost', 'unconfirmed'],
	['new', 'found', 'submitted'],
	['new', 'failedForFree', 'new', 1],
	['submitting', 'sent', 'submitting'],
	['submitting', 'taken', 'submitted'],
	['submitting', 'refused', 'new'],
	['submitting', 'lost', 'unconfirmed'],
	['unconfirmed', 'found', 'submitted'],
	['submitted', 'cancelAsked', 'cancelling'],
	['submitted', 'failedForFree', 'new', 1],
	['submitted', 'finished', 'finished'],
	['submitted', 'delivered', 'delivered'],
	['cancelling', 'cancelAsked', 'cancelling'],
	['cancelling', 'inProgress', 'submitted'],
	['cancelling', 'cancelled', 'new', 1],
	['cancelling', 'failedForFree', 'new', 1],
	['cancelling', 'finished', 'finished'],
	['cancelling', 'delivered', 'delivered'],
	['delivered', 'delivered', 'delivered'],
];

const inWords = (status: Status, event: string, next: RequestState): string =>
	`${status} ${event} ${JSON.stringify(Object.entries(next).sort())}`;

/** A row with all that its state keeps. */
export function wholeRow([status, event, becomes, more = 0]: Row): string {
	const all: Record<string, unknown> = { ...STATES[status], ...EVENTS[event] };
	const kept = Object.fromEntries(KEEPS[becomes].map((name) => [name, all[name]]));
	return inWords(status, event, { ...kept, status: becomes, attempt: more } as RequestState);
}

/** What each event makes of each state, as the code stands. */
export function tableNow(): string[] {
	const rows: string[] = [];
	for (const state of Object.values(STATES))
		for (const event of Object.values(EVENTS)) {
			try {
				rows.push(inWords(state.status, event.type, reduce(state, event)));
			} catch {
				// It cannot be.
			}
		}
	return rows;
}
