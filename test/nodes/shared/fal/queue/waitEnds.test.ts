import { FalFailure } from '../../../../../nodes/shared/fal/failure';
import type { WaitOptions } from '../../../../../nodes/shared/fal/queue/wait';
import { concurrencyLimit, Priority } from '../../../../../nodes/shared/flow/gate';
import {
	COMPLETED,
	IN_PROGRESS,
	noStream,
	REQUEST_ID,
	RESULT,
	waitFor,
	type Answers,
} from '../../../../support/falAtADistance';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const CANCELLED = { status: 'CANCELLATION_REQUESTED' };

describe('when the time is up', () => {
	/** so many there are in these 5 s */
	const LOOKS = 7;
	const late = (answers: Answers, options: Partial<WaitOptions> = {}) =>
		waitFor(
			{ stream: noStream, status: () => IN_PROGRESS, ...answers },
			{ timeout: 5, ...options },
		);

	it('the last look is at that moment, and the request is cancelled', async () => {
		const { fal, end } = await late({ cancel: () => CANCELLED });
		expect((await end()).error).toMatchObject({
			...{ requestId: REQUEST_ID, seconds: 5, after: 'cancel requested' },
			message: 'no result within 5 s',
		});
		expect(fal.times('status').at(-2)).toBe(5_000);
		expect(fal.calls().slice(-2)).toEqual(['cancel', 'status']);
	});

	it('one that finished meanwhile is delivered', async () => {
		const { end } = await late({ cancel: () => ({ status: 'ALREADY_COMPLETED' }) });
		expect((await end()).value).toMatchObject(RESULT);
	});

	it('one that finished all the same is delivered', async () => {
		const status = (nth: number) => (nth < LOOKS ? IN_PROGRESS : COMPLETED);
		const { fal, end } = await late({ status, cancel: () => CANCELLED });
		expect((await end()).value).toMatchObject(RESULT);
		expect(fal.times('cancel')).toHaveLength(1);
	});

	it.each([
		['has no result', { result: () => ({ status: 422 }) }],
		[
			'is not to be found',
			{ status: (nth: number) => (nth < LOOKS ? IN_PROGRESS : { status: 500 }) },
		],
	])('one of which the cancel was asked, and that %s, says so', async (_, answers) => {
		const status = (nth: number) => (nth < LOOKS ? IN_PROGRESS : COMPLETED);
		const { end } = await late({ status, cancel: () => CANCELLED, ...answers });
		expect((await end()).error).toMatchObject({ after: 'cancel requested' });
	});

	it.each([
		['knows no such request', () => ({ status: 404 }), 1],
		['does not answer', () => ({ network: 'ECONNRESET' }), 2],
	])('fal that %s has not cancelled it', async (_, cancel, tries) => {
		const { fal, end } = await late({ cancel });
		expect((await end()).error).toMatchObject({ after: 'not cancelled' });
		expect(fal.times('cancel')).toHaveLength(tries);
	});

	it('one that somebody else has ordered goes on', async () => {
		const { fal, end } = await late({}, { mayCancel: () => false });
		expect((await end()).error).toMatchObject({ after: 'goes on' });
		expect(fal.calls()).not.toContain('cancel');
	});
});

describe('a stop', () => {
	const stopped = async (options: Partial<WaitOptions> = {}) => {
		const stop = new AbortController();
		const waited = waitFor(
			{ stream: noStream, status: () => IN_PROGRESS, cancel: () => CANCELLED },
			{ signal: stop.signal, ...options },
		);
		await jest.advanceTimersByTimeAsync(10_000);
		stop.abort(new Error('stopped'));
		const { error } = await waited.end();
		return { error, calls: waited.fal.calls() };
	};

	it('ends the wait, and cancels the request', async () => {
		const { error, calls } = await stopped();
		expect(error).toMatchObject({ message: 'stopped' });
		expect(calls.at(-1)).toBe('cancel');
	});

	it('cancels nothing that somebody else has ordered', async () => {
		expect((await stopped({ mayCancel: () => false })).calls).not.toContain('cancel');
	});

	it('is nothing that a failure does', async () => {
		const { fal, end } = waitFor(
			{ stream: noStream, status: () => ({ status: 401 }) },
			{ signal: new AbortController().signal },
		);
		expect((await end()).error).toBeInstanceOf(FalFailure);
		expect(fal.calls()).not.toContain('cancel');
	});
});

describe('the result', () => {
	const done = { stream: noStream, status: () => COMPLETED };

	it('comes without logs, unless they are asked for', async () => {
		const { end } = waitFor(done);
		expect((await end()).value).not.toHaveProperty('logs');
	});

	it.each<[string, object, unknown[]]>([
		['what was said', { ...COMPLETED, logs: [{ message: 'one' }] }, [{ message: 'one' }]],
		['nothing where there is none', { ...COMPLETED, logs: null }, []],
		['nothing where they cannot be had', { status: 500 }, []],
	])('has %s with them', async (_, look, logs) => {
		const status = (nth: number) => (nth === 0 ? COMPLETED : look);
		const { fal, end } = waitFor({ ...done, status }, { logs: true });
		expect((await end()).value).toMatchObject({ logs });
		const queries = fal.callsOf('status').map(({ url }) => new URL(url).search);
		expect(queries).toEqual(['?logs=0', '?logs=1']);
	});

	it('is waited for by what gives way to it', async () => {
		const results = new Priority();
		let give: (answer: object) => void = () => {};
		const answer = new Promise<object>((resolve) => (give = resolve));
		const { end } = waitFor({ ...done, result: () => answer }, { results });
		await jest.advanceTimersByTimeAsync(10);
		let yielded = false;
		void results.yieldToUrgent().then(() => (yielded = true));
		await jest.advanceTimersByTimeAsync(10);
		expect(yielded).toBe(false);
		give(RESULT);
		await end();
		expect(yielded).toBe(true);
	});

	it('that holds its images comes in its turn', async () => {
		const largeCalls = concurrencyLimit(1);
		let go = () => {};
		void largeCalls(async () => await new Promise<void>((resolve) => (go = resolve)));
		const { fal, end } = waitFor(done, { largeCalls });
		await jest.advanceTimersByTimeAsync(1_000);
		expect(fal.calls()).not.toContain('result');
		go();
		expect((await end()).value).toMatchObject(RESULT);
	});
});
