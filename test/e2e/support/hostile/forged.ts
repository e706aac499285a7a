import { WebhookSigner } from '../../../emulator/webhookSigner';
import { bodyOf, type Receiver } from '../callbacks';
import type { Row, Rows } from './row';

const FIVE_MINUTES_AND_MORE = 305;

const seconds = () => Math.floor(Date.now() / 1_000);
const header = (name: string, value?: string) => ({
	headers: { [`x-fal-webhook-${name}`]: value },
});

async function sendWithout(receiver: Receiver, id: string, gone: string[]) {
	const headers = gone.map((name) => [`x-fal-webhook-${name}`, undefined]);
	return await receiver.send(id, { headers: Object.fromEntries(headers) });
}

const incomplete: Rows = (_bench, receiver): Row[] => [
	{
		what: 'no signature headers',
		send: async (id) =>
			await sendWithout(receiver(), id, ['request-id', 'user-id', 'timestamp', 'signature']),
		status: 401,
	},
	...['request-id', 'user-id', 'timestamp', 'signature'].map((name) => ({
		what: `header ${name} missing`,
		send: async (id: string) => await sendWithout(receiver(), id, [name]),
		status: 401,
	})),
	{
		what: "signed with a key that is not fal's",
		send: async (id) =>
			await receiver().send(id, { headers: new WebhookSigner().headers(id, bodyOf(id)) }),
		status: 401,
	},
	...(
		[
			['timestamp', 'yesterday'],
			['signature', 'not hex'],
			['signature', 'abcd'],
			['signature', '00'.repeat(64)],
		] as const
	).map(([name, value]) => ({
		what: `header ${name} is "${value.slice(0, 10)}"`,
		send: async (id: string) => await receiver().send(id, header(name, value)),
		status: 401,
	})),
];

const changed: Rows = (bench, receiver): Row[] => [
	...['request-id', 'user-id', 'timestamp'].map((name) => ({
		what: `header ${name} changed after signing`,
		send: async (id: string) =>
			await receiver().send(
				id,
				header(name, name === 'timestamp' ? String(seconds() - 9) : 'other'),
			),
		status: 401,
	})),
	{
		what: 'body changed after signing',
		send: async (id) =>
			await receiver().send(id, {
				body: bodyOf(id, { status: 'ERROR' }),
				headers: bench.fal.signer.headers(id, bodyOf(id)),
			}),
		status: 401,
	},
	{
		what: 'body written anew: the same JSON, other bytes',
		send: async (id) =>
			await receiver().send(id, {
				body: JSON.stringify(JSON.parse(bodyOf(id)), null, 1),
				headers: bench.fal.signer.headers(id, bodyOf(id)),
			}),
		status: 401,
	},
	{
		what: 'signed 305 s ago',
		send: async (id) => await receiver().send(id, { timestamp: seconds() - FIVE_MINUTES_AND_MORE }),
		status: 401,
	},
	{
		what: 'signed 305 s in the future',
		send: async (id) => await receiver().send(id, { timestamp: seconds() + FIVE_MINUTES_AND_MORE }),
		status: 401,
	},
];

/** What fal has not signed, or not so, or not now. */
export const forged: Rows = (bench, receiver) => [
	...incomplete(bench, receiver),
	...changed(bench, receiver),
];
