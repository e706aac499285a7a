import { FalFailure } from '../../../../nodes/shared/fal/failure';
import { place, type Placing } from '../../../../nodes/shared/requests/place';
import { findIn } from '../../../../nodes/shared/requests/recover';
import { Requests } from '../../../../nodes/shared/requests/store';

const fields = { prompt: 'make it blue' };

it('a second try whose answer was lost is not taken for the first, which fal gave up', async () => {
	const first = { requestId: 'first', receivedAt: Date.now(), isFree: true, output: undefined };
	const past = [{ ...first, fields: { ...fields, image_urls: [] } }];
	const request = new Requests('run', { row: [{ state: { status: 'new', attempt: 1 } }] }).of(
		'row',
	);
	const placing: Placing = {
		fal: {
			submit: async (_input, willSend) => {
				willSend();
				throw new FalFailure({ stage: 'submit', network: 'ECONNRESET' });
			},
			status: async () => await Promise.reject(new Error('not asked')),
			result: async () => await Promise.reject(new Error('not asked')),
		},
		search: { find: async (sought) => findIn(past, sought, new Set()) },
		...{ fields, drawsSeed: false, upload: async () => [], imageKeys: async () => [] },
		...{ lastLook: () => undefined, inTurn: async (send) => await send(), patience: 0 },
	};
	await expect(place(request, placing)).rejects.toThrow('ECONNRESET');
	expect(request.state.status).toBe('unconfirmed');
});
