import type { FaultRule } from '../../../emulator';
import type { Bench } from '../bench';
import { order } from '../callbacks';
import type { Row, Rows } from './row';

async function whileFalFails(bench: Bench, rule: FaultRule, send: () => Promise<Response>) {
	bench.fal.faults.add(rule);
	const response = await send();
	bench.fal.faults.clear();
	return response;
}

/** The rows build on each other: the keys stay unknown until the last one. */
const newKeys: Rows = (bench, receiver): Row[] => [
	{
		what: 'key rotated, the new keys cannot be fetched',
		send: async (id) => {
			bench.fal.signer.rotate();
			return await whileFalFails(
				bench,
				{ stage: 'jwks', kind: '503' },
				async () => await receiver().send(id),
			);
		},
		status: 503,
	},
	{
		what: 'key rotated, the key set is no JSON',
		send: async (id) =>
			await whileFalFails(
				bench,
				{ stage: 'jwks', kind: 'html' },
				async () => await receiver().send(id),
			),
		status: 503,
	},
	{
		what: 'key rotated, the key set breaks off',
		send: async (id) =>
			await whileFalFails(
				bench,
				{ stage: 'jwks', kind: 'drop-after' },
				async () => await receiver().send(id),
			),
		status: 503,
	},
	{
		what: 'key rotated, the new keys are there',
		send: async (id) => await receiver().send(id),
		status: 200,
		runs: 1,
	},
];

const noAnswer: Rows = (bench, receiver): Row[] => [
	{
		what: 'fal cannot be asked where the request stands',
		send: async (id) =>
			await whileFalFails(
				bench,
				{ stage: 'status', kind: '503' },
				async () => await receiver().send(id),
			),
		status: 503,
	},
	{
		what: 'fal refuses the API key',
		send: async (id) =>
			await whileFalFails(
				bench,
				{ stage: 'status', kind: '401' },
				async () => await receiver().send(id),
			),
		status: 503,
	},
	{
		what: 'the request is not finished',
		send: async () =>
			await receiver().send(await order(bench, { prompt: 'Slow [latency: 600000]' })),
		status: 503,
	},
];

/** fal has changed its keys, or cannot be asked. */
export const broken: Rows = (bench, receiver) => [
	...newKeys(bench, receiver),
	...noAnswer(bench, receiver),
];
