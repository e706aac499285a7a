import { reduce, takenOf, transitions } from '../../../../nodes/shared/requests/request';
import { EVENTS, STATES, TABLE, tableNow, wholeRow } from './table';

it('has the transitions of its table, and no other', () => {
	expect(tableNow()).toEqual(TABLE.map(wholeRow));
});

it('says what cannot be', () => {
	expect(() => reduce(STATES.submitted, EVENTS.sent)).toThrow(
		'a request that is submitted cannot be sent',
	);
});

it('leaves fal nothing to be paid for where it is to be submitted, and the id wherever fal has it', () => {
	for (const state of Object.values(STATES)) {
		const isTaken = takenOf(state) !== undefined;
		expect(isTaken).toBe(!['new', 'submitting', 'unconfirmed'].includes(state.status));
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
