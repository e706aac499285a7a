import type { FalFailure } from '../../../../../nodes/shared/fal/failure';
import { submit, type SubmitOptions } from '../../../../../nodes/shared/fal/queue/submit';
import {
	falAtADistance,
	passTime,
	REQUEST_ID,
	type Answers,
} from '../../../../support/falAtADistance';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const INPUT = { prompt: 'make it blue', image_urls: ['https://example.com/a.png'] };
const TAKEN = { request_id: REQUEST_ID };

async function order(answers: Answers, options?: SubmitOptions) {
	const fal = falAtADistance(answers);
	const sent = await passTime(submit(fal.connection, INPUT, options));
	return { ...sent, submits: fal.callsOf('submit'), calls: fal.calls() };
}

describe('where fal says when to come again', () => {
	const putOff = (times: number, headers: Record<string, string>) => (nth: number) =>
		nth < times ? { status: 429, headers } : TAKEN;
	const msOf = async (answer: (nth: number) => object, options?: SubmitOptions) => {
		const { value, error, submits } = await order({ submit: answer }, options);
		return { value, error, ms: submits.map(({ ms }) => ms) };
	};

	it.each<[string, Record<string, string>]>([
		['in seconds', { 'retry-after': '40' }],
		['in seconds, with a fraction', { 'retry-after': '40.0' }],
		['in seconds, with a sign', { 'retry-after': '+40' }],
		['in seconds, with their unit', { 'retry-after': ' 40s ' }],
		['in seconds, by two servers', { 'retry-after': '40, 40' }],
		[
			'at a time in the oldest form',
			{
				date: 'Mon, 01 Jan 2035 11:00:00 GMT',
				'retry-after': 'Monday, 01-Jan-35 11:00:40 GMT',
			},
		],
		[
			'at a time in the form of ISO 8601',
			{ date: 'Mon, 01 Jan 2035 11:00:00 GMT', 'retry-after': '2035-01-01T11:00:40Z' },
		],
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

	it.each([
		['2.5', 2_500],
		['0.25', 250],
		['600', 600_000],
	])('to the fraction of a second, and up to the longest: %s', async (told, pause) => {
		const { ms } = await msOf(putOff(1, { 'retry-after': told }));
		expect(ms).toEqual([0, pause]);
	});

	it.each(['3600', '601', '86400', '999999999999999999999'])(
		'it is not waited for where that is too late: %s',
		async (told) => {
			const { error, ms } = await msOf(putOff(9, { 'retry-after': told }));
			expect((error as FalFailure).facts).toMatchObject({ status: 429, stage: 'submit' });
			expect(ms).toEqual([0]);
		},
	);

	it('it may be put off as often as the time allows', async () => {
		const { value, ms } = await msOf(putOff(14, { 'retry-after': '40' }));
		expect(value).toEqual(TAKEN);
		expect(ms).toHaveLength(15);
	});

	it('it is not waited for where that is too late', async () => {
		const { error, ms } = await msOf(putOff(9, { 'retry-after': '40' }), { startTimeout: 100 });
		expect((error as FalFailure).facts).toMatchObject({ status: 429, stage: 'submit' });
		expect(ms).toEqual([0, 40_000, 80_000]);
	});

	it('it is waited for ten minutes, where no start timeout is set', async () => {
		const { error, ms } = await msOf(putOff(9, { 'retry-after': '250' }));
		expect((error as FalFailure).facts).toMatchObject({ status: 429, stage: 'submit' });
		expect(ms).toEqual([0, 250_000, 500_000]);
	});

	it.each(['0', '-1', '-40.5', '12/5', 'soon', '40 minutes', 'Mon, 01 Jan 2001 11:00:00 GMT'])(
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

	it.each<[string, object]>([
		['no answer', { network: 'ECONNRESET' }],
		['a page that refuses', { status: 403, body: '<html>' }],
	])('is not what %s is: nothing more is asked', async (_, facts) => {
		const { calls } = await order({ submit: () => facts });
		expect(calls).toEqual(['submit']);
	});

	it('of a gateway with 503 is one too: the submit may have come through', async () => {
		const { error, submits } = await order({ submit: () => ({ status: 503, body: '<html>' }) });
		expect((error as FalFailure).facts).toMatchObject({ status: 503 });
		expect(submits).toHaveLength(1);
	});
});
