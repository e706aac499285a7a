import { packCallbackData } from '../../../../nodes/shared/fal/webhooks/callbackData';
import type { Bench } from '../bench';
import { finishedOrder, type Receiver } from '../callbacks';
import { OTHER_ACCOUNT, type Row, type Rows } from './row';

const packer =
	(bench: Bench, receiver: () => Receiver) =>
	(data: { row: number }, key = bench.fal.key): string =>
		packCallbackData(data, receiver().url, key);

const changed: Rows = (bench, receiver): Row[] => {
	const packed = packer(bench, receiver);
	return [
		{
			what: 'callback data changed',
			send: async (id) => {
				const [, ...rest] = packed({ row: 1 }).split('.');
				const other = Buffer.from('{"row":2}').toString('base64url');
				const query = `?callback_data=${[other, ...rest].join('.')}`;
				return await receiver().send(id, { query });
			},
			status: 401,
		},
		{
			what: 'callback data signed with another API key',
			send: async (id) =>
				await receiver().send(id, { query: `?callback_data=${packed({ row: 1 }, OTHER_ACCOUNT)}` }),
			status: 401,
		},
		{
			what: 'callback data without a signature',
			send: async (id) => await receiver().send(id, { query: '?callback_data=eyJyb3ciOjF9' }),
			status: 401,
		},
		{
			what: 'callback data twice',
			send: async (id) => {
				const query = [1, 2].map((row) => `callback_data=${packed({ row })}`).join('&');
				return await receiver().send(id, { query: `?${query}` });
			},
			status: 401,
		},
	];
};

const others: Rows = (bench, receiver): Row[] => {
	const packed = packer(bench, receiver);
	return [
		{
			what: 'callback data signed for another address',
			send: async (id) => {
				const elsewhere = packCallbackData({ row: 1 }, `${receiver().url}-2`, bench.fal.key);
				return await receiver().send(id, { query: `?callback_data=${elsewhere}` });
			},
			status: 401,
		},
		{
			what: 'callback data that has come with another request',
			send: async (id) => {
				const query = `?callback_data=${packed({ row: 1 })}`;
				await receiver().send(await finishedOrder(bench), { query });
				return await receiver().send(id, { query });
			},
			status: 401,
			runs: 1,
		},
	];
};

/** What fal has signed, with callback data that is not what the order brought along. */
export const changedData: Rows = (bench, receiver) => [
	...changed(bench, receiver),
	...others(bench, receiver),
];
