import { request as httpRequest } from 'node:http';
import { bodyOf, finishedOrder } from '../callbacks';
import { OTHER_ACCOUNT, type Row, type Rows } from './row';

/** Not by fetch, which allows no body with a GET. */
async function sendWith(method: string, url: string): Promise<{ status: number }> {
	return await new Promise((resolve, reject) => {
		const call = httpRequest(url, { method }, (response) => {
			response.resume();
			resolve({ status: response.statusCode ?? 0 });
		});
		call.on('error', reject).end();
	});
}

/** What fal has signed, but is not for this account, or is no callback. */
export const strange: Rows = (bench, receiver): Row[] => {
	return [
		{
			what: "another account's request, signed by fal",
			send: async () => await receiver().send(await finishedOrder(bench, { key: OTHER_ACCOUNT })),
			status: 404,
		},
		{
			what: 'a request that nobody has made, signed by fal',
			send: async () => await receiver().send('00000000-0000-4000-8000-000000000000'),
			status: 404,
		},
		{
			what: 'a request id that is a path',
			send: async () => await receiver().send('../../requests/1'),
			status: 400,
		},
		...['{}', 'null', '[]', '"text"'].map((body) => ({
			what: `signed JSON without a request: ${body}`,
			send: async (id: string) => await receiver().send(id, { body }),
			status: 400,
		})),
		{
			what: 'signed, but not JSON',
			send: async (id) => await receiver().send(id, { body: `{"request_id":"${id}` }),
			status: 422,
		},
		{
			what: 'an empty body',
			send: async (id) => await receiver().send(id, { body: '' }),
			status: 400,
		},
		{
			what: "20 MB, over n8n's own limit",
			// n8n may hang up before it has read it all, which the sender sees in place of the answer.
			send: async (id) =>
				await receiver()
					.send(id, { body: bodyOf(id, { x: 'x'.repeat(20e6) }) })
					.catch(() => new Response(null, { status: 500 })),
			status: 500,
		},
		...['GET', 'PUT', 'DELETE'].map((method) => ({
			what: `method ${method}`,
			send: async () => await sendWith(method, receiver().url),
			status: 404,
		})),
	];
};
