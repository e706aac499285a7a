import { FalFailure } from '../../../../../nodes/shared/fal/failure';
import { addressesOf, isRequestId, status } from '../../../../../nodes/shared/fal/queue/queue';
import { result } from '../../../../../nodes/shared/fal/queue/result';
import { CALL_DEADLINE, TRANSFER_DEADLINE } from '../../../../../nodes/shared/limits';
import {
	COMPLETED,
	falAtADistance,
	passTime,
	REQUEST_ID,
	RESULT,
	type Answers,
} from '../../../../support/falAtADistance';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it.each(['12345678', 'a'.repeat(100), 'with_low-line', REQUEST_ID])('takes %s for an id', (id) => {
	expect(isRequestId(id)).toBe(true);
});

it.each([
	'1234567',
	'a'.repeat(101),
	'../12345678',
	'12345678/',
	'12345678\n',
	'',
	7,
	null,
	undefined,
])('takes %j for no id', (id) => {
	expect(isRequestId(id)).toBe(false);
});

it('knows the usual addresses of a request', () => {
	const base = `https://queue.fal.run/fal-ai/nano-banana-pro/requests/one`;
	expect(addressesOf('one')).toEqual({
		...{ response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel` },
	});
});

describe('a look at the status', () => {
	const look = async (answer: object, options = {}) => {
		const fal = falAtADistance({ status: () => answer });
		const looked = await passTime(status(fal.connection, REQUEST_ID, options));
		return { ...looked, calls: fal.callsOf('status') };
	};

	it.each([
		[{}, 'logs=0'],
		[{ logs: true }, 'logs=1'],
	])('asks with %j for %s', async (options, query) => {
		const { value, calls } = await look(COMPLETED, options);
		expect(value).toEqual(COMPLETED);
		expect(calls.map(({ url }) => new URL(url).search)).toEqual([`?${query}`]);
	});

	it.each([
		['an answer that has none', { detail: 'x' }, { unusable: expect.any(String) as string }],
		['null', new Response('null', { headers: { 'content-type': 'application/json' } }), {}],
		['NOT_FOUND, as behind a proxy that hides statuses', { status: 'NOT_FOUND' }, { status: 404 }],
		['a refusal', { status: 401 }, { status: 401 }],
	])('finds none in %s', async (_, answer, facts) => {
		const { error, calls } = await look(answer);
		expect(error).toBeInstanceOf(FalFailure);
		expect((error as FalFailure).facts).toMatchObject({
			...{ stage: 'status', requestId: REQUEST_ID, ...facts },
		});
		expect(calls).toHaveLength(1);
	});

	it('ends with its signal', async () => {
		const stop = new AbortController();
		const fal = falAtADistance({ status: () => undefined as never });
		const looking = status(fal.connection, REQUEST_ID, { signal: stop.signal });
		stop.abort(new Error('stopped'));
		expect((await passTime(looking)).error).toMatchObject({ message: 'stopped' });
	});
});

describe('the result', () => {
	const fetchIt = async (answers: Answers, isLarge?: boolean) => {
		const fal = falAtADistance(answers);
		const fetched = await passTime(result(fal.connection, REQUEST_ID, undefined, isLarge));
		return { ...fetched, calls: fal.callsOf('result'), all: fal.calls() };
	};
	const after = (times: number, answer: object) => ({
		result: (nth: number) => (nth < times ? answer : RESULT),
	});
	const OUTCOME = { status: 500, body: { error_type: 'runner' } };

	it('has what fal charges for it, where fal says so', async () => {
		const headers = { 'x-fal-billable-units': '2' };
		const charged = await fetchIt({ result: () => Response.json(RESULT, { headers }) });
		expect(charged.value).toEqual({ ...RESULT, billableUnits: 2 });
		expect((await fetchIt({ result: () => RESULT })).value).toStrictEqual(RESULT);
	});

	it.each<[string, object]>([
		['404', { status: 404 }],
		['410', { status: 410 }],
		['a failure of its own', OUTCOME],
		['no answer in time', { network: 'TIMEOUT' }],
	])('is asked for again before it is believed lost: %s', async (_, answer) => {
		const twice = await fetchIt(after(2, answer));
		expect(twice.value).toEqual(RESULT);
		expect(twice.calls).toHaveLength(3);
		const lost = await fetchIt(after(9, answer));
		expect(lost.error).toMatchObject({ facts: { stage: 'result', requestId: REQUEST_ID } });
		expect(lost.calls).toHaveLength(3);
	});

	it.each<[string, object]>([
		['a server that fails', { status: 502 }],
		['a connection that breaks', { network: 'ECONNRESET' }],
		['an answer that is no result', { nothing: true }],
		['too many calls', { status: 429 }],
	])('is asked for five times where that may pass: %s', async (_, answer) => {
		expect((await fetchIt(after(4, answer))).value).toEqual(RESULT);
		const never = await fetchIt(after(9, answer));
		expect(never.error).toBeInstanceOf(FalFailure);
		expect(never.calls).toHaveLength(5);
	});

	it.each<[string, object]>([
		[
			'a refusal of the model',
			{ status: 422, body: { detail: [{ type: 'content_policy_violation' }] } },
		],
		['an outcome below 500', { status: 403, body: { error_type: 'x' } }],
		['no access', { status: 401 }],
		['an empty list', { images: [], description: 'I cannot' }],
	])('is final at once: %s', async (_, answer) => {
		const { error, calls } = await fetchIt(after(9, answer));
		expect(error).toBeInstanceOf(FalFailure);
		expect(calls).toHaveLength(1);
	});

	it('that is late is asked for a few times more', async () => {
		const late = { status: 400, body: { detail: 'Request is still in progress' } };
		const { value, calls } = await fetchIt(after(7, late));
		expect(value).toEqual(RESULT);
		expect(calls).toHaveLength(8);
		const never = await fetchIt(after(99, late));
		expect(never.error).toMatchObject({ facts: { status: 400 } });
		expect(never.calls).toHaveLength(8);
	});

	it('with 400 and a list of reasons is no late one', async () => {
		const refusal = { status: 400, body: { detail: [{ msg: 'no' }] } };
		expect((await fetchIt(after(9, refusal))).calls).toHaveLength(1);
	});

	it.each([
		['has the time of a call', undefined, [CALL_DEADLINE]],
		['with its images in it has that of a transfer', true, [TRANSFER_DEADLINE]],
	])('%s', async (_, isLarge, deadlines) => {
		const { calls } = await fetchIt(after(0, {}), isLarge);
		expect(calls.map(({ init }) => init.deadline)).toEqual(deadlines);
	});

	it('that took too long may hold its images: then it has the time of a transfer', async () => {
		const { calls } = await fetchIt(after(2, { network: 'TIMEOUT' }));
		const [first, ...more] = calls.map(({ init }) => init.deadline);
		expect([first, ...more]).toEqual([CALL_DEADLINE, TRANSFER_DEADLINE, TRANSFER_DEADLINE]);
		const broken = await fetchIt(after(1, { network: 'ECONNRESET' }));
		expect(broken.calls.map(({ init }) => init.deadline)).toEqual([CALL_DEADLINE, CALL_DEADLINE]);
	});

	it("that fal's queue has dropped is in its history", async () => {
		const items = [{ request_id: REQUEST_ID, json_output: RESULT }];
		const { value, all } = await fetchIt({
			...after(9, { status: 404 }),
			history: () => ({ items }),
		});
		expect(value).toEqual(RESULT);
		expect(all).toEqual(['result', 'result', 'result', 'history']);
	});

	it('is waited for no longer after a stop', async () => {
		const stop = new AbortController();
		const late = { status: 400, body: { detail: 'Request is still in progress' } };
		const fal = falAtADistance(after(99, late));
		const fetching = result(fal.connection, REQUEST_ID, stop.signal);
		fetching.catch(() => undefined);
		await jest.advanceTimersByTimeAsync(500);
		stop.abort(new Error('stopped'));
		const { error } = await passTime(fetching);
		expect(error).toMatchObject({ message: 'stopped' });
		expect(fal.callsOf('result')).toHaveLength(2);
	});
});
