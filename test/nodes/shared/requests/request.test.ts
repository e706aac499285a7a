import {
	NEXT,
	reduce,
	takenBy,
	takenOf,
	transitions,
	type RequestEvent,
	type RequestState,
} from '../../../../nodes/shared/requests/request';

const taken = takenBy('00000000-0000-4000-8000-000000000000');
const sought = { seed: 1_500_000_000, from: 0 };
const failure = { stage: 'submit', network: 'ECONNRESET' } as const;
const result = { images: [{ url: 'https://v3b.fal.media/a.png' }], description: '' };

const STATES: Record<RequestState['status'], RequestState> = {
	new: { status: 'new', attempt: 0 },
	submitting: { status: 'submitting', attempt: 0, sought },
	unconfirmed: { status: 'unconfirmed', attempt: 0, sought, failure },
	submitted: { status: 'submitted', attempt: 0, taken },
	cancelling: { status: 'cancelling', attempt: 0, taken },
	finished: { status: 'finished', attempt: 0, taken, result },
	delivered: { status: 'delivered', attempt: 0, taken, output: [] },
};

const EVENTS: Record<RequestEvent['type'], RequestEvent> = {
	sent: { type: 'sent', sought },
	taken: { type: 'taken', taken },
	refused: { type: 'refused' },
	lost: { type: 'lost', sought, failure },
	found: { type: 'found', taken },
	cancelAsked: { type: 'cancelAsked' },
	begun: { type: 'begun' },
	cancelled: { type: 'cancelled' },
	failedForFree: { type: 'failedForFree' },
	finished: { type: 'finished', result },
	delivered: { type: 'delivered', output: [] },
};

const becomes = (state: RequestState, event: RequestEvent): string => {
	try {
		return reduce(state, event).status;
	} catch {
		return '–';
	}
};

it('has the transitions of its table, and no other', () => {
	const rows = Object.values(STATES).flatMap((state) =>
		Object.values(EVENTS).map((event) => [state.status, event.type, becomes(state, event)]),
	);
	expect(rows.filter(([, , next]) => next !== '–').map((row) => row.join(' '))).toEqual([
		'new sent submitting',
		'new lost unconfirmed',
		'new found submitted',
		'new failedForFree new',
		'submitting sent submitting',
		'submitting taken submitted',
		'submitting refused new',
		'submitting lost unconfirmed',
		'unconfirmed found submitted',
		'submitted cancelAsked cancelling',
		'submitted failedForFree new',
		'submitted finished finished',
		'submitted delivered delivered',
		'cancelling cancelAsked cancelling',
		'cancelling begun submitted',
		'cancelling cancelled new',
		'cancelling failedForFree new',
		'cancelling finished finished',
		'cancelling delivered delivered',
		'finished cancelAsked finished',
		'finished finished finished',
		'finished delivered delivered',
		'delivered cancelAsked delivered',
		'delivered finished delivered',
		'delivered delivered delivered',
	]);
});

it('says what cannot be', () => {
	expect(() => reduce(STATES.submitted, EVENTS.sent)).toThrow(
		'a request that is submitted cannot be sent',
	);
});

it('leaves fal nothing to be paid for where it is to be submitted, and the id wherever fal has it', () => {
	for (const state of Object.values(STATES)) {
		const isTaken = takenOf(state) !== undefined;
		expect(isTaken).toBe(['wait for', 'deliver'].includes(NEXT[state.status]));
	}
});

it('counts what fal has given up for free, so that the next one can be told from it', () => {
	expect(reduce(STATES.submitted, EVENTS.failedForFree)).toEqual({ status: 'new', attempt: 1 });
	expect(reduce(STATES.cancelling, EVENTS.cancelled)).toEqual({ status: 'new', attempt: 1 });
	expect(reduce(STATES.submitting, EVENTS.refused)).toEqual({ status: 'new', attempt: 0 });
});

it('keeps a row of the table for each state', () => {
	expect(Object.keys(transitions).sort()).toEqual(Object.keys(STATES).sort());
});
