import { Deliveries, type Callback } from '../../../nodes/FalTrigger/deliveries';
import { processMemory } from '../../../nodes/shared/requests/processMemory';
import { restart } from '../../support/restart';

describe('the data with which a callback comes in', () => {
	const arrival = (nonce?: string) => ({ path: '/webhook/done', nonce });
	const callback = (request_id: string, nonce?: string): Callback => ({
		...{ request_id, callback_data: {}, arrival: arrival(nonce) },
	});

	beforeEach(restart);

	it('is its request’s, once that has come in with it', () => {
		const known = new Deliveries();
		known.own(callback('a', 'nonce'));
		expect(known.isAsSubmitted(callback('a', 'nonce'))).toBe(true);
		expect(known.isAsSubmitted(callback('b', 'nonce'))).toBe(false);
		known.own(callback('a'));
		known.own({ request_id: 'a', callback_data: {} });
		expect(known.isAsSubmitted(callback('b'))).toBe(true);
		expect(known.isAsSubmitted({ request_id: 'b', callback_data: {} })).toBe(true);
	});

	it('is what this process has submitted with the request', () => {
		processMemory.noteSubmit('a', { arrival: arrival('nonce') });
		processMemory.noteSubmit('without');
		const known = new Deliveries();
		const both = (one: Callback) => [known.isAsSubmitted(one), known.isSubmittedHere(one)];
		expect(both(callback('a', 'nonce'))).toEqual([true, true]);
		expect(both(callback('a', 'other'))).toEqual([false, false]);
		expect(both(callback('a'))).toEqual([false, false]);
		expect(both(callback('without', 'nonce'))).toEqual([true, false]);
		expect(both(callback('unknown', 'nonce'))).toEqual([true, false]);
		expect(both({ request_id: 'a', callback_data: {} })).toEqual([true, false]);
	});
});
