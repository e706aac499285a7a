import { bodyOf } from '../callbacks';
import type { Row, Rows } from './row';

/** Odd, but about a finished request of the account: delivered, and once. */
export const repeated: Rows = (bench, receiver): Row[] => [
	{
		what: 'status OK with payload null',
		send: async (id) =>
			await receiver().send(id, { body: bodyOf(id, { payload: null, payload_error: 'too big' }) }),
		status: 200,
		runs: 1,
	},
	{
		what: 'status ERROR for an edit that is fine: what fal keeps is delivered',
		send: async (id) => await receiver().send(id, { body: bodyOf(id, { status: 'ERROR' }) }),
		status: 200,
		runs: 1,
	},
	{
		what: 'delivered before, sent again',
		send: async (id) => {
			await receiver().send(id);
			return await receiver().send(id);
		},
		status: 200,
		runs: 1,
	},
	{
		what: 'replayed: the same bytes and signature twice',
		send: async (id) => {
			const headers = bench.fal.signer.headers(id, bodyOf(id));
			await receiver().send(id, { headers });
			return await receiver().send(id, { headers });
		},
		status: 200,
		runs: 1,
	},
	{
		what: 'twelve times at the same moment',
		send: async (id) => {
			const all = await Promise.all(Array.from({ length: 12 }, () => receiver().send(id)));
			return { status: Math.max(...all.map(({ status }) => status)) };
		},
		status: 200,
		runs: 1,
	},
];
