import { request as httpRequest } from 'node:http';
import { packCallbackData } from '../../nodes/shared/callbackData';
import { WebhookSigner } from '../emulator/webhookSigner';
import { outputOf } from '../n8n';
import { useBench } from './support/bench';
import { bodyOf, finishedOrder, order, Receiver } from './support/callbacks';

const OTHER_ACCOUNT = 'other-account-id:other-account-s3cret';
const FIVE_MINUTES_AND_MORE = 305;

const bench = useBench({ emulator: { latency: 0, picture: 'tiny' } });
let receiver: Receiver;

beforeAll(async () => {
	bench.fal.settings.keys.push(OTHER_ACCOUNT);
	receiver = await Receiver.publish(bench);
}, 60_000);

/** A hostile or broken callback: what is sent, the status that comes back, the runs that it starts. */
interface Row {
	what: string;
	send: (id: string) => Promise<{ status: number }>;
	status: number;
	runs?: number;
}

const seconds = () => Math.floor(Date.now() / 1_000);
const header = (name: string, value?: string) => ({
	headers: { [`x-fal-webhook-${name}`]: value },
});
const packed = (data: object, key = bench.fal.key) => packCallbackData({ ...data }, {}, key);

/** Not by fetch, which allows no body with a GET. */
async function sendWith(method: string): Promise<{ status: number }> {
	return await new Promise((resolve, reject) => {
		const call = httpRequest(receiver.url, { method }, (response) => {
			response.resume();
			resolve({ status: response.statusCode ?? 0 });
		});
		call.on('error', reject).end();
	});
}

async function whileFalFails(
	rule: Parameters<typeof bench.fal.faults.add>[0],
	send: () => Promise<Response>,
): Promise<Response> {
	bench.fal.faults.add(rule);
	const response = await send();
	bench.fal.faults.clear();
	return response;
}

const unsigned = async (id: string, gone: string[]) => {
	const headers = gone.map((name) => [`x-fal-webhook-${name}`, undefined]);
	return await receiver.send(id, { headers: Object.fromEntries(headers) });
};

const forged: Row[] = [
	{
		what: 'no signature headers',
		send: async (id) => await unsigned(id, ['request-id', 'user-id', 'timestamp', 'signature']),
		status: 401,
	},
	...['request-id', 'user-id', 'timestamp', 'signature'].map((name) => ({
		what: `header ${name} missing`,
		send: async (id: string) => await unsigned(id, [name]),
		status: 401,
	})),
	{
		what: "signed with a key that is not fal's",
		send: async (id) =>
			await receiver.send(id, { headers: new WebhookSigner().headers(id, bodyOf(id)) }),
		status: 401,
	},
	...['request-id', 'user-id', 'timestamp'].map((name) => ({
		what: `header ${name} changed after signing`,
		send: async (id: string) =>
			await receiver.send(id, header(name, name === 'timestamp' ? String(seconds() - 9) : 'other')),
		status: 401,
	})),
	{
		what: 'body changed after signing',
		send: async (id) =>
			await receiver.send(id, {
				body: bodyOf(id, { status: 'ERROR' }),
				headers: bench.fal.signer.headers(id, bodyOf(id)),
			}),
		status: 401,
	},
	{
		what: 'body written anew: the same JSON, other bytes',
		send: async (id) =>
			await receiver.send(id, {
				body: JSON.stringify(JSON.parse(bodyOf(id)), null, 1),
				headers: bench.fal.signer.headers(id, bodyOf(id)),
			}),
		status: 401,
	},
	{
		what: 'signed 305 s ago',
		send: async (id) => await receiver.send(id, { timestamp: seconds() - FIVE_MINUTES_AND_MORE }),
		status: 401,
	},
	{
		what: 'signed 305 s in the future',
		send: async (id) => await receiver.send(id, { timestamp: seconds() + FIVE_MINUTES_AND_MORE }),
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
		send: async (id: string) => await receiver.send(id, header(name, value)),
		status: 401,
	})),
];

const strange: Row[] = [
	{
		what: "another account's request, signed by fal",
		send: async () => await receiver.send(await finishedOrder(bench, { key: OTHER_ACCOUNT })),
		status: 404,
	},
	{
		what: 'a request that nobody has made, signed by fal',
		send: async () => await receiver.send('00000000-0000-4000-8000-000000000000'),
		status: 404,
	},
	{
		what: 'a request id that is a path',
		send: async () => await receiver.send('../../requests/1'),
		status: 400,
	},
	...['{}', 'null', '[]', '"text"'].map((body) => ({
		what: `signed JSON without a request: ${body}`,
		send: async (id: string) => await receiver.send(id, { body }),
		status: 400,
	})),
	{
		what: 'signed, but not JSON',
		send: async (id) => await receiver.send(id, { body: `{"request_id":"${id}` }),
		status: 422,
	},
	{
		what: 'an empty body',
		send: async (id) => await receiver.send(id, { body: '' }),
		status: 400,
	},
	{
		what: "20 MB, over n8n's own limit",
		send: async (id) => await receiver.send(id, { body: bodyOf(id, { x: 'x'.repeat(20e6) }) }),
		status: 500,
	},
	...['GET', 'PUT', 'DELETE'].map((method) => ({
		what: `method ${method}`,
		send: async () => await sendWith(method),
		status: 404,
	})),
	{
		what: 'callback data changed',
		send: async (id) => {
			const [, ...rest] = packed({ row: 1 }).split('.');
			const other = Buffer.from('{"row":2}').toString('base64url');
			const query = `?callback_data=${[other, ...rest].join('.')}`;
			return await receiver.send(id, { query });
		},
		status: 401,
	},
	{
		what: 'callback data signed with another API key',
		send: async (id) =>
			await receiver.send(id, { query: `?callback_data=${packed({ row: 1 }, OTHER_ACCOUNT)}` }),
		status: 401,
	},
	{
		what: 'callback data without a signature',
		send: async (id) => await receiver.send(id, { query: '?callback_data=eyJyb3ciOjF9' }),
		status: 401,
	},
	{
		what: 'callback data twice',
		send: async (id) => {
			const query = [1, 2].map((row) => `callback_data=${packed({ row })}`).join('&');
			return await receiver.send(id, { query: `?${query}` });
		},
		status: 401,
	},
];

const broken: Row[] = [
	{
		what: 'key rotated, the new keys cannot be fetched',
		send: async (id) => {
			bench.fal.signer.rotate();
			return await whileFalFails(
				{ stage: 'jwks', kind: '503' },
				async () => await receiver.send(id),
			);
		},
		status: 503,
	},
	{
		what: 'key rotated, the key set is no JSON',
		send: async (id) =>
			await whileFalFails({ stage: 'jwks', kind: 'html' }, async () => await receiver.send(id)),
		status: 503,
	},
	{
		what: 'key rotated, the key set breaks off',
		send: async (id) =>
			await whileFalFails(
				{ stage: 'jwks', kind: 'drop-after' },
				async () => await receiver.send(id),
			),
		status: 503,
	},
	{
		what: 'key rotated, the new keys are there',
		send: async (id) => await receiver.send(id),
		status: 200,
		runs: 1,
	},
	{
		what: 'fal cannot be asked where the request stands',
		send: async (id) =>
			await whileFalFails({ stage: 'status', kind: '503' }, async () => await receiver.send(id)),
		status: 503,
	},
	{
		what: 'fal refuses the API key',
		send: async (id) =>
			await whileFalFails({ stage: 'status', kind: '401' }, async () => await receiver.send(id)),
		status: 503,
	},
	{
		what: 'the request is not finished',
		send: async () => await receiver.send(await order(bench, { prompt: 'Slow [latency: 60000]' })),
		status: 503,
	},
];

const repeated: Row[] = [
	{
		what: 'status OK with payload null',
		send: async (id) =>
			await receiver.send(id, { body: bodyOf(id, { payload: null, payload_error: 'too big' }) }),
		status: 200,
		runs: 1,
	},
	{
		what: 'status ERROR for an edit that is fine: what fal keeps is delivered',
		send: async (id) => await receiver.send(id, { body: bodyOf(id, { status: 'ERROR' }) }),
		status: 200,
		runs: 1,
	},
	{
		what: 'delivered before, sent again',
		send: async (id) => {
			await receiver.send(id);
			return await receiver.send(id);
		},
		status: 200,
		runs: 1,
	},
	{
		what: 'replayed: the same bytes and signature twice',
		send: async (id) => {
			const headers = bench.fal.signer.headers(id, bodyOf(id));
			await receiver.send(id, { headers });
			return await receiver.send(id, { headers });
		},
		status: 200,
		runs: 1,
	},
	{
		what: 'twelve times at the same moment',
		send: async (id) => {
			const all = await Promise.all(Array.from({ length: 12 }, () => receiver.send(id)));
			const others = all.map(({ status }) => status).filter((code) => ![200, 409].includes(code));
			expect(others).toEqual([]);
			return { status: Math.min(...all.map(({ status }) => status)) };
		},
		status: 200,
		runs: 1,
	},
];

const table = [...forged, ...strange, ...broken, ...repeated];

it('hostile and broken callbacks start nothing, and a good one starts one run', async () => {
	const found: Array<{ what: string; status: number; runs: number }> = [];
	let before = (await receiver.runs()).length;
	for (const { what, send } of table) {
		const { status } = await send(await finishedOrder(bench));
		const all = await receiver.runs();
		found.push({ what, status, runs: all.length - before });
		before = all.length;
	}
	const print = found.map(({ what, status, runs }) => `  ${status}  ${runs}  ${what}`);
	const wrong = found.filter(({ runs }, at) => runs !== (table[at]?.runs ?? 0));
	process.stdout.write(
		`\n  status, runs started, callback\n${print.join('\n')}\n  ${found.length} callbacks, runs started wrongly: ${wrong.length}\n`,
	);
	expect(found).toEqual(table.map(({ what, status, runs = 0 }) => ({ what, status, runs })));
}, 300_000);

it('every good one of them has delivered its picture, once', async () => {
	const runs = await receiver.runs();
	const delivered = runs.flatMap((run) => outputOf(run, 'Finished'));
	expect(delivered).toHaveLength(table.filter((row) => row.runs === 1).length);
	expect(new Set(delivered.map(({ json }) => json.request_id)).size).toBe(delivered.length);
	for (const { binary } of delivered) expect(binary?.data?.mimeType).toBe('image/png');
});
