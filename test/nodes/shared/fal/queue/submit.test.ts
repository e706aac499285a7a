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

describe('where fal says when to come again', () => {
	const putOff = (times: number, headers: Record<string, string>) => (nth: number) =>
		nth < times ? { status: 429, headers } : TAKEN;
	const msOf = async (answer: (nth: number) => object, options?: SubmitOptions) => {
		const { value, error, submits } = await order({ submit: answer }, options);
		return { value, error, ms: submits.map(({ ms }) => ms) };
	};

	it.each<[string, Record<string, string>]>([
		['in seconds', { 'retry-after': '40' }],
		[
			"at a time of fal's clock, which is an hour ahead",
			{
				date: 'Mon, 01 Jan 2035 11:00:00 GMT',
				'retry-after': 'Mon, 01 Jan 2035 11:00:40 GMT',
			},
		],
	])('%s, it is sent again then', async (_, headers) => {
		const { value, ms } = await msOf(putOff(1, headers));
		expect(value).toEqual(TAKEN);
		expect(ms).toEqual([0, 40_000]);
	});

	it("at a time, where fal's clock is not told, it is sent again then", async () => {
		const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 40_000);
		const { value, ms } = await msOf(putOff(1, { 'retry-after': at.toUTCString() }));
		expect(value).toEqual(TAKEN);
		expect(ms[1]).toBeGreaterThanOrEqual(40_000);
		expect(ms[1]).toBeLessThanOrEqual(41_000);
	});

	it('it may be put off as often as the time allows', async () => {
		const { value, ms } = await msOf(putOff(14, { 'retry-after': '40' }));
		expect(value).toEqual(TAKEN);
		expect(ms).toHaveLength(15);
	});

	it('it is not waited for where that is too late', async () => {
		const patience = 100_000;
		const { error, ms } = await msOf(putOff(9, { 'retry-after': '40' }), { patience });
		expect((error as FalFailure).facts).toMatchObject({ status: 429, stage: 'submit' });
		expect(ms).toEqual([0, 40_000, 80_000]);
	});

	it.each(['0', '-1', 'soon', 'Mon, 01 Jan 2001 11:00:00 GMT'])(
		'what is no time to come counts as none: %s',
		async (told) => {
			const { ms } = await msOf(putOff(9, { 'retry-after': told }));
			expect(ms).toEqual([0, 400, 1_200, 2_800, 6_000]);
		},
	);

	it('a pause ends where the submit is no longer wanted', async () => {
		let looks = 0;
		const lastLook = () => {
			if (++looks > 5) throw new Error('the run has ended');
		};
		const { error, ms } = await msOf(putOff(1, { 'retry-after': '300' }), { lastLook });
		expect(error).toMatchObject({ message: 'the run has ended' });
		expect(ms).toEqual([0]);
	});
});

describe('a page in place of the answer', () => {
	const page = { status: 200, body: '<html><title>Blocked</title></html>', unusable: 'a page' };
	const login = { status: 302, headers: { location: 'https://login.acme.example/' }, body: '' };

	it.each([page, login])(
		'is no doubt where a call that orders nothing gets one as well: %j',
		async (facts) => {
			const { error, calls } = await order({ submit: () => facts, status: () => facts });
			expect((error as FalFailure).facts).toMatchObject({ ...facts, stage: 'submit', shut: true });
			expect(calls).toEqual(['submit', 'status']);
		},
	);

	it.each<[string, object]>([
		['fal answers', { status: 404, body: { status: 'NOT_FOUND' } }],
		['a gateway gets no answer', { status: 502, body: '<html>' }],
		['nobody answers', { network: 'ECONNRESET' }],
	])('stays one where %s to such a call', async (_, look) => {
		const { error, submits } = await order({ submit: () => page, status: () => look });
		expect((error as FalFailure).facts).not.toHaveProperty('shut');
		expect(submits).toHaveLength(1);
	});

	it('of a gateway with 503 is one too: the submit may have come through', async () => {
		const { error, submits } = await order({ submit: () => ({ status: 503, body: '<html>' }) });
		expect((error as FalFailure).facts).toMatchObject({ status: 503 });
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
