import type { FalFailure, FailureFacts } from '../../../../../nodes/shared/fal/failure';
import { submit, type SubmitOptions } from '../../../../../nodes/shared/fal/queue/submit';
import { SUBMIT_DEADLINE } from '../../../../../nodes/shared/limits';
import {
	COMPLETED,
	falAtADistance,
	passTime,
	REQUEST_ID,
	type Answers,
} from '../../../../support/falAtADistance';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const INPUT = { prompt: 'make it blue', image_urls: ['https://example.com/a.png'] };
const TAKEN = { request_id: REQUEST_ID, status_url: 'https://queue.fal.run/s' };
const named = { 'x-fal-request-id': REQUEST_ID };

async function order(answers: Answers, options?: SubmitOptions, signal?: AbortSignal) {
	const fal = falAtADistance(answers);
	const sent = await passTime(submit(fal.connection, INPUT, options, signal));
	return { ...sent, submits: fal.callsOf('submit'), calls: fal.calls() };
}

const answers =
	(answer: object) =>
	async (more: Answers = {}) =>
		await order({ submit: () => answer, ...more });

it('an order that fal takes has the id and the addresses that fal gives', async () => {
	const { value, submits } = await answers(TAKEN)();
	expect(value).toEqual(TAKEN);
	expect(submits).toHaveLength(1);
	expect(JSON.parse(String(submits[0]?.init.body))).toEqual(INPUT);
	expect(submits[0]?.init.deadline).toBe(SUBMIT_DEADLINE);
	expect(submits[0]?.init.headers).not.toHaveProperty('x-fal-object-lifecycle-preference');
});

it('an order goes with its webhook, its priority, how long its files are kept, and its deadline', async () => {
	const { submits } = await order(
		{ submit: () => TAKEN },
		{ webhookUrl: 'https://example.com/done', priority: 'low', expiresIn: 3_600, deadline: 7 },
	);
	const { url = '', init } = submits[0] ?? {};
	expect(new URL(url).searchParams.get('fal_webhook')).toBe('https://example.com/done');
	expect(init?.headers).toMatchObject({ 'x-fal-queue-priority': 'low' });
	expect(JSON.stringify(init?.headers)).toContain('3600');
	expect(init?.deadline).toBe(7);
});

describe('an answer that is broken', () => {
	const broken = (headers: Record<string, string>) =>
		new Response('{"requ', { headers: { 'content-type': 'text/html', ...headers } });
	const noId = (headers: Record<string, string>) =>
		Response.json({ status_url: 'https://queue.fal.run/s', request_id: '../x' }, { headers });

	it('but names its request in the headers is an order that fal has', async () => {
		expect((await answers(noId(named))()).value).toEqual(TAKEN);
	});

	it('and holds nothing, but names its request in the headers, is one as well', async () => {
		const nothing = new Response('null', {
			headers: { 'content-type': 'application/json', ...named },
		});
		expect((await answers(nothing)()).value).toEqual({ request_id: REQUEST_ID });
	});

	it('and names none is an order in doubt, with what fal said', async () => {
		const { error, submits } = await answers(noId({}))();
		expect((error as FalFailure).facts).toMatchObject({
			...{ stage: 'submit', unusable: 'the answer has no request id' },
			body: { status_url: 'https://queue.fal.run/s' },
		});
		expect(submits).toHaveLength(1);
	});

	it('so that nothing can be read of it is an order in doubt, and is not sent again', async () => {
		const { error, submits } = await answers(broken({}))();
		expect((error as FalFailure).facts).toMatchObject({ stage: 'submit' });
		expect(submits).toHaveLength(1);
	});
});

describe('an order that fal may have taken', () => {
	it.each<FailureFacts>([
		...[307, 408, 499, 500, 502, 504].map((status) => ({ status })),
		...['ECONNRESET', 'TIMEOUT'].map((network) => ({ network })),
		{ status: 200, unusable: 'cut short' },
	])('is not sent again: %j', async (facts) => {
		const { error, submits } = await answers(facts)();
		expect((error as FalFailure).facts).toMatchObject({ ...facts, stage: 'submit' });
		expect(submits).toHaveLength(1);
	});

	it.each([307, 408, 500, 504])('is one where fal names it all the same: %d', async (status) => {
		const { value, calls } = await answers({ status, headers: named })();
		expect(value).toEqual({ request_id: REQUEST_ID });
		expect(calls).toEqual(['submit']);
	});

	it('is none where what is named is no id', async () => {
		const { error } = await answers({ status: 500, headers: { 'x-fal-request-id': '../x' } })();
		expect(error).toBeDefined();
	});
});

describe('an order that fal refuses', () => {
	it.each([400, 401, 403, 404, 422])('is refused, also where it is named: %d', async (status) => {
		for (const headers of [{}, named]) {
			const { error, calls } = await answers({ status, headers })();
			expect((error as FalFailure).facts).toMatchObject({ status, stage: 'submit' });
			expect(calls).toEqual(['submit']);
		}
	});
});

describe('an order that fal cannot have taken', () => {
	const once = (facts: FailureFacts) => (nth: number) => (nth === 0 ? facts : TAKEN);

	it.each<FailureFacts>([{ status: 429 }, { status: 503 }, { network: 'ECONNREFUSED' }])(
		'is sent again: %j',
		async (facts) => {
			const { value, submits } = await order({ submit: once(facts) });
			expect(value).toEqual(TAKEN);
			expect(submits).toHaveLength(2);
			expect((await answers(facts)()).submits).toHaveLength(5);
		},
	);

	it.each<[string, object, string[]]>([
		['knows it', { status: 'IN_QUEUE' }, ['submit', 'status']],
		['has finished it', COMPLETED, ['submit', 'status']],
		['does not say', { status: 500 }, ['submit', 'status']],
		[
			'knows nothing of it',
			{ status: 404 },
			['submit', ...Array<string>(4).fill('status'), 'submit'],
		],
	])('but names is looked up first: where fal %s', async (_, look, calls) => {
		const submits = once({ status: 429, headers: named });
		const found = await order({ submit: submits, status: () => look });
		expect(found.value).toMatchObject({ request_id: REQUEST_ID });
		expect(found.calls).toEqual(calls);
	});

	it('one 404 of the status is not believed: fal has it', async () => {
		const submits = once({ status: 503, headers: named });
		const looks = (nth: number) => (nth < 3 ? { status: 404 } : { status: 'IN_QUEUE' });
		const found = await order({ submit: submits, status: looks });
		expect(found.value).toEqual({ request_id: REQUEST_ID });
		expect(found.submits).toHaveLength(1);
	});

	it('is not sent again after a stop', async () => {
		const stop = new AbortController();
		stop.abort(new Error('stopped'));
		const { submits } = await order({ submit: once({ status: 503 }) }, {}, stop.signal);
		expect(submits).toHaveLength(1);
	});
});

describe('the last look', () => {
	it('comes right before each try, and may end the order', async () => {
		let looks = 0;
		const lastLook = () => {
			if (++looks > 2) throw new Error('the run has ended');
		};
		const { error, submits } = await order({ submit: () => ({ status: 503 }) }, { lastLook });
		expect(error).toMatchObject({ message: 'the run has ended' });
		expect(submits).toHaveLength(2);
	});
});

it('a failure of our own is no doubt about an order', async () => {
	const own = new Error('our own');
	expect((await answers(own)()).error).toBe(own);
});
