import { STREAM } from '../../../../../nodes/shared/limits';
import type { WaitOptions } from '../../../../../nodes/shared/fal/queue/wait';
import {
	COMPLETED,
	IN_PROGRESS,
	IN_QUEUE,
	noStream,
	REQUEST_ID,
	RESULT,
	waitFor,
	type Answers,
} from '../../../../support/falAtADistance';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const CANCELLED = { status: 'CANCELLATION_REQUESTED' };
const SHORT = { timeout: 5, startTimeout: 60 };

/** fal by its own clock, in s: in the queue, then at work, then done. */
function workedOn(begins: number, ends: number, more: Answers = {}): Answers {
	const start = Date.now();
	const statusNow = () => {
		const seconds = (Date.now() - start) / 1_000;
		return seconds < begins ? IN_QUEUE : seconds < ends ? IN_PROGRESS : COMPLETED;
	};
	return { stream: noStream, status: statusNow, cancel: () => CANCELLED, ...more };
}

const wait = (answers: Answers, options: Partial<WaitOptions> = {}) =>
	waitFor(answers, { ...SHORT, ...options });

describe('the time in the queue', () => {
	it('is none of the timeout', async () => {
		const { end } = wait(workedOn(50, 54));
		expect((await end()).value).toMatchObject(RESULT);
	});

	it('is none of it at a stream either', async () => {
		const says: Array<[number, string]> = [
			[10, 'IN_QUEUE'],
			[50_000, 'IN_PROGRESS'],
			[4_000, 'COMPLETED'],
		];
		const { fal, end } = wait({ stream: () => ({ says }) });
		expect((await end()).value).toMatchObject(RESULT);
		expect(fal.calls()).toEqual(['stream', 'result']);
	});

	it('may be over without a word of the work', async () => {
		const { end } = wait(workedOn(50, 50));
		expect((await end()).value).toMatchObject(RESULT);
	});

	it('has its own end, a moment after that of fal', async () => {
		const { fal, end } = wait(workedOn(Infinity, Infinity));
		expect((await end()).error).toMatchObject({
			...{ requestId: REQUEST_ID, ended: 'queue', seconds: 60, after: 'cancel requested' },
		});
		expect(fal.times('cancel')).toEqual([75_000]);
	});

	it('that ends as fal begins is followed by the whole timeout', async () => {
		const { end } = wait(workedOn(74, 78));
		expect((await end()).value).toMatchObject(RESULT);
	});

	it('ends as well where somebody else has ordered the request, which goes on', async () => {
		const { fal, end } = wait(workedOn(Infinity, Infinity), { mayCancel: () => false });
		expect((await end()).error).toMatchObject({ ended: 'queue', after: 'goes on' });
		expect(fal.calls()).not.toContain('cancel');
	});

	it('goes on while fal does not answer', async () => {
		const start = Date.now();
		const status = (nth: number) =>
			nth === 0 ? IN_QUEUE : Date.now() - start < 40_000 ? { status: 500 } : COMPLETED;
		const { end } = wait({ stream: noStream, status });
		expect((await end()).value).toMatchObject(RESULT);
	});
});

describe('the timeout', () => {
	it('counts from the moment fal begins', async () => {
		const { fal, end } = wait(workedOn(30, Infinity));
		expect((await end()).error).toMatchObject({ ended: 'work', seconds: 5 });
		const [cancelled = 0] = fal.times('cancel');
		expect(cancelled).toBeGreaterThanOrEqual(35_000);
		expect(cancelled).toBeLessThan(39_000);
	});

	it('ends a stream that stays open', async () => {
		const says: Array<[number, string]> = [
			[10, 'IN_QUEUE'],
			[20_000, 'IN_PROGRESS'],
		];
		const { fal, end } = wait({
			stream: () => ({ says }),
			status: () => IN_PROGRESS,
			cancel: () => CANCELLED,
		});
		expect((await end()).error).toMatchObject({ ended: 'work' });
		expect(fal.times('cancel')).toEqual([25_010]);
		expect(fal.times('stream')).toEqual([0]);
	});

	it('counts from the first look where the stream comes in one piece', async () => {
		const { fal, end } = wait(workedOn(0, Infinity, { stream: () => ({ says: [] }) }));
		expect((await end()).error).toMatchObject({ ended: 'work' });
		expect(fal.times('cancel')).toEqual([STREAM.firstWord + 5_000]);
	});

	it('counts where fal never says where the request stands', async () => {
		const { fal, end } = wait({ stream: noStream, status: () => ({ status: 500 }) });
		expect((await end()).error).toMatchObject({ ended: 'work', after: 'not cancelled' });
		expect(fal.times('cancel')[0]).toBe(5_000);
	});

	it('counts where it says something unknown', async () => {
		const { end } = wait({ stream: noStream, status: () => ({ status: 'WAITING' }) });
		expect((await end()).error).toMatchObject({ ended: 'work' });
	});

	it('stands still while a request whose machine died is in the queue again', async () => {
		const says: Array<[number, string]> = [
			[0, 'IN_PROGRESS'],
			[3_000, 'IN_QUEUE'],
			[40_000, 'IN_PROGRESS'],
			[1_500, 'COMPLETED'],
		];
		expect((await wait({ stream: () => ({ says }) }).end()).value).toMatchObject(RESULT);
	});

	it('goes on where it stood when it is begun again', async () => {
		const start = Date.now();
		const status = () => (Math.floor((Date.now() - start) / 2_000) % 2 ? IN_QUEUE : IN_PROGRESS);
		const { fal, end } = wait({ stream: noStream, status, cancel: () => CANCELLED });
		expect((await end()).error).toMatchObject({ ended: 'work' });
		expect(fal.times('cancel')[0]).toBeLessThan(20_000);
	});

	it('is not moved by the clock of the machine', async () => {
		const { fal, end } = wait(workedOn(0, Infinity));
		jest.setSystemTime(Date.now() + 3_600_000);
		await end();
		const [cancelled = 0] = fal.times('cancel');
		expect(cancelled - 3_600_000).toBeGreaterThanOrEqual(5_000);
	});
});

it('every word of fal is passed on, as it comes', async () => {
	const said: string[] = [];
	const says: Array<[number, string]> = [
		[10, 'IN_QUEUE'],
		[10, 'IN_PROGRESS'],
		[10, 'COMPLETED'],
	];
	await wait({ stream: () => ({ says }) }, { onStatus: (status) => said.push(status) }).end();
	expect(said).toEqual(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']);
});
