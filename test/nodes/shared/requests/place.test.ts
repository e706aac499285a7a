import { FalFailure } from '../../../../nodes/shared/fal/failure';
import { place, type Placing } from '../../../../nodes/shared/requests/place';
import type { Sought } from '../../../../nodes/shared/requests/fingerprint';
import { findIn } from '../../../../nodes/shared/requests/recover';
import { takenBy, type RequestState } from '../../../../nodes/shared/requests/request';
import { Requests } from '../../../../nodes/shared/requests/store';

const fields = { prompt: 'make it blue' };

const requestIn = (run: string, state: RequestState) =>
	new Requests(run, { row: [{ state }] }).of('row');
const notAsked = async () => await Promise.reject(new Error('not asked'));

const placingWith = (changed: Partial<Placing>, fal: Partial<Placing['fal']>): Placing => ({
	fal: { submit: notAsked, status: notAsked, result: notAsked, ...fal },
	search: { find: notAsked },
	...{ fields, drawsSeed: false, upload: async () => [], imageKeys: async () => [] },
	...{ lastLook: () => undefined, inTurn: async (send) => await send(), patience: 0 },
	...changed,
});

it('a second try whose answer was lost is not taken for the first, which fal gave up', async () => {
	const first = { requestId: 'first', receivedAt: Date.now(), isFree: true, output: undefined };
	const past = [{ ...first, fields: { ...fields, image_urls: [] } }];
	const request = requestIn('tried again', { status: 'new', attempt: 1 });
	const search = { find: async (sought: Sought) => findIn(past, sought) };
	const submit: Placing['fal']['submit'] = async (_input, willSend) => {
		willSend();
		throw new FalFailure({ stage: 'submit', network: 'ECONNRESET' });
	};
	await expect(place(request, placingWith({ search }, { submit }))).rejects.toThrow('ECONNRESET');
	expect(request.state.status).toBe('unconfirmed');
});

it('what fal works on though it was to drop it may be paid', async () => {
	const taken = takenBy('begun');
	const request = requestIn('stopped', { status: 'cancelling', attempt: 0, taken });
	const status = async () => await Promise.resolve({ status: 'IN_PROGRESS' });
	expect(await place(request, placingWith({}, { status }))).toEqual(taken);
	expect(request.state.status).toBe('submitted');
});
