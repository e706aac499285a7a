import { STREAM } from '../../../../../nodes/shared/limits';
import { WaitTimeout } from '../../../../../nodes/shared/fal/queue/wait';
import {
	COMPLETED,
	IN_PROGRESS,
	noStream,
	RESULT,
	waitFor,
} from '../../../../support/falAtADistance';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const CANCELLED = { status: 'CANCELLATION_REQUESTED' };
const looksThenDone = (looks: number, before: (nth: number) => object = () => IN_PROGRESS) => ({
	stream: noStream,
	status: (nth: number) => (nth < looks ? before(nth) : COMPLETED),
});

describe('the looks', () => {
	it('are close together at first, then spread out to 3 s', async () => {
		const { fal, end } = waitFor(looksThenDone(12));
		expect((await end()).value).toMatchObject(RESULT);
		const times = fal.times('status');
		const steps = times.slice(1).map((ms, at) => ms - times[at]!);
		expect(steps.slice(0, 4)).toEqual([500, 625, 781, 977].map((ms) => expect.closeTo(ms, -1)));
		expect(steps.slice(-2)).toEqual([3_000, 3_000]);
		expect(fal.times('stream')).toHaveLength(STREAM.breaks);
	});

	it('that fail have growing pauses, which begin anew after one that tells', async () => {
		const fails = (nth: number) => (nth === 3 ? IN_PROGRESS : { status: 500 });
		const { fal, end } = waitFor(looksThenDone(6, fails));
		await end();
		const times = fal.times('status');
		expect(times.slice(1).map((ms, at) => Math.round(ms - times[at]!))).toEqual([
			...[500, 800, 1_600],
			500,
			...[625, 800],
		]);
	});

	it('that find no request are repeated a few times, since another of its servers may know it', async () => {
		const { fal, end } = waitFor({ stream: noStream, status: () => ({ status: 404 }) });
		expect((await end()).error).toMatchObject({ facts: { stage: 'status', status: 404 } });
		expect(fal.times('status')).toHaveLength(4);
	});

	it('that find none at first, and then one, count as if nothing had been', async () => {
		const unknown = (nth: number) => (nth % 4 === 3 ? IN_PROGRESS : { status: 404 });
		const { end } = waitFor(looksThenDone(12, unknown));
		expect((await end()).value).toMatchObject(RESULT);
	});

	it('that are refused end the wait', async () => {
		const { fal, end } = waitFor({ stream: noStream, status: () => ({ status: 401 }) });
		expect((await end()).error).toMatchObject({ facts: { stage: 'status', status: 401 } });
		expect(fal.calls()).toEqual(['stream', 'status']);
	});

	it('that break for another reason end it as well', async () => {
		const broken = new Error('of our own');
		const { end } = waitFor({ stream: noStream, status: () => broken });
		expect((await end()).error).toBe(broken);
	});
});

describe('the stream', () => {
	it('that speaks, and says COMPLETED later, is all that is asked', async () => {
		const says = [
			[10, 'IN_QUEUE'],
			[20_000, 'COMPLETED'],
		];
		const { fal, end } = waitFor({ stream: () => ({ says }) });
		expect((await end()).value).toMatchObject(RESULT);
		expect(fal.calls()).toEqual(['stream', 'result']);
		expect(fal.times('result')).toEqual([20_010]);
	});

	it('that is silent is left, and no other is opened', async () => {
		const { fal, end } = waitFor({ ...looksThenDone(5), stream: () => ({ says: [] }) });
		await end();
		expect(fal.times('stream')).toEqual([0]);
		expect(fal.times('status')[0]).toBe(STREAM.firstWord);
	});

	it('that lasts for its slice is opened again, however often', async () => {
		const stays = { says: [[10, 'IN_PROGRESS']] };
		const { fal, end } = waitFor({ ...looksThenDone(5), stream: () => stays });
		await end();
		expect(fal.times('stream')).toHaveLength(6);
		expect(fal.times('status')[0]).toBe(STREAM.slice);
	});

	it('that speaks and breaks early is opened a few times', async () => {
		const breaks = { says: [[10, 'IN_PROGRESS']], ends: 10 };
		const { fal, end } = waitFor({ ...looksThenDone(6), stream: () => breaks });
		await end();
		expect(fal.times('stream')).toHaveLength(STREAM.breaks);
	});

	it('is left when the time is up', async () => {
		const stays = { says: [[10, 'IN_PROGRESS']] };
		const { fal, end } = waitFor(
			{ stream: () => stays, status: () => IN_PROGRESS, cancel: () => CANCELLED },
			{ timeout: 7 },
		);
		expect((await end()).error).toBeInstanceOf(WaitTimeout);
		expect(fal.times('status')[0]).toBe(7_010);
		expect(fal.times('cancel')[0]).toBe(7_010);
	});
});
