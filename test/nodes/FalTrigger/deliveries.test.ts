import type { KeyObject } from 'crypto';
import {
	answer,
	CALL_AGAIN,
	Deliveries,
	type Callback,
	type Response,
} from '../../../nodes/FalTrigger/deliveries';
import { CALLBACK, KEY_SET } from '../../../nodes/shared/limits';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const keys = ['a key'] as unknown as KeyObject[];

const deliveries = new Deliveries();

let made = 0;

/** A delivery that was opened; each test has a request of its own. */
function opened() {
	const callback: Callback = {
		request_id: `request ${++made}`,
		callback_data: {},
		arrival: { path: '/webhook/done' },
	};
	const delivery = deliveries.open(callback, keys);
	const find = () => deliveries.find(callback.request_id);
	return { delivery, find };
}

/** A call that waits, and what it was told. */
function call() {
	const told: number[] = [];
	const response = {
		status: (code: number) => ({ json: () => void told.push(code) }),
	} as unknown as Response;
	return { response, told };
}

it('nothing is known of a request that was not opened', () => {
	opened();
	expect(deliveries.find('another')).toBeUndefined();
});

it.each([
	[200, 'delivered'],
	[503, 'again'],
	[404, undefined],
	[401, undefined],
] as const)('an answer of %d makes it %s, and every call hears of it once', (status, state) => {
	const { delivery, find } = opened();
	const [one, other] = [call(), call()];
	for (const { response } of [one, other]) delivery.hold(response, Date.now());
	expect(find()?.state).toBe('open');
	delivery.end({ status, message: '' });
	delivery.end({ status: 503, message: '' });
	expect(find()?.state).toBe(state);
	expect([one.told, other.told]).toEqual([[status], [status]]);
});

it('what a run could not deliver is tried again when it comes again', () => {
	const { delivery, find } = opened();
	delivery.end(CALL_AGAIN);
	expect(find()?.state).toBe('again');
	expect(delivery.dispatch('takenUp')).toBe(true);
	const { response, told } = call();
	delivery.hold(response, Date.now());
	delivery.end({ status: 200, message: '' });
	expect([told, find()?.state]).toEqual([[200], 'delivered']);
});

it('what a run was too early for goes with the next, once fal has told of it, and once only', () => {
	const [{ delivery }, other] = [opened(), opened()];
	// It waits for fal's next call.
	other.delivery.isChecked = other.delivery.dispatch('failed');
	delivery.dispatch('passedOver');
	expect(deliveries.takeUpLate()).toEqual([]);
	delivery.isChecked = true;
	expect([deliveries.takeUpLate(), delivery.state]).toEqual([[delivery], 'open']);
	expect(deliveries.takeUpLate()).toEqual([]);
});

it.each([
	['late', 'passedOver', 'passedOver failed', 'failed passedOver'],
	['refused', 'passedOver refused', 'failed refused', 'refused takenUp'],
	['delivered', 'passedOver delivered', 'failed delivered', 'refused delivered'],
])('is %s after %s, %s, and %s', (state, ...courses) => {
	for (const course of courses) {
		const { delivery } = opened();
		for (const event of course.split(' ')) delivery.dispatch(event as 'failed');
		expect([course, delivery.state]).toEqual([course, state]);
	}
});

it('what fal has refused is judged anew, also where its status could not be had', () => {
	const { delivery, find } = opened();
	delivery.end(answer(503, ''), 'refused');
	expect([delivery.isFree, find()]).toEqual([false, undefined]);
});

it('a call is held for about as long as fal waits; then its request goes on', async () => {
	const { delivery, find } = opened();
	const { response, told } = call();
	delivery.hold(response, Date.now());
	await jest.advanceTimersByTimeAsync(CALLBACK.held - 1);
	expect(told).toEqual([]);
	await jest.advanceTimersByTimeAsync(1);
	expect(told).toEqual([503]);
	expect(find()?.state).toBe('open');
	delivery.end({ status: 200, message: '' });
	expect([told, find()?.state]).toEqual([[503], 'delivered']);
});

it('a call that is left to n8n is told nothing, and leaves no timer', async () => {
	const { delivery } = opened();
	const { response, told } = call();
	delivery.hold(response, Date.now());
	expect([delivery.release(response), delivery.release(response)]).toEqual([true, false]);
	await jest.advanceTimersByTimeAsync(0);
	expect(jest.getTimerCount()).toBe(0);
	delivery.end({ status: 200, message: '' });
	expect(told).toEqual([]);
});

it('the keys are kept no longer than fal allows', () => {
	const { delivery } = opened();
	jest.advanceTimersByTime(KEY_SET.kept - 1);
	expect(delivery.keys).toEqual(keys);
	jest.advanceTimersByTime(1);
	expect(delivery.keys).toEqual([]);
});

it('one execution of a process is at a request, until it leaves', () => {
	const take = (execution: string) => deliveries.take('taken', execution);
	const leave = (execution: string) => deliveries.leave('taken', execution);
	expect([take('1'), take('2'), take('1')]).toEqual([true, false, true]);
	leave('2');
	expect(take('2')).toBe(false);
	leave('1');
	expect(take('2')).toBe(true);
});

const EVENTS = ['passedOver', 'takenUp', 'delivered', 'failed', 'refused'] as const;

const WAYS: Record<string, Array<(typeof EVENTS)[number]>> = {
	...{ open: [], late: ['passedOver'], again: ['failed'] },
	...{ delivered: ['delivered'], refused: ['refused'] },
};

it.each([
	['open', ['late', 'open', 'delivered', 'again', 'refused']],
	['late', ['late', 'open', 'delivered', 'late', 'refused']],
	['again', ['late', 'open', 'delivered', 'again', 'refused']],
	['delivered', Array(5).fill('delivered')],
	['refused', ['refused', 'refused', 'delivered', 'refused', 'refused']],
] as const)('a delivery that is %s becomes, event by event, %j', (state, becomes) => {
	const after = EVENTS.map((event) => {
		const { delivery } = opened();
		for (const before of WAYS[state]!) delivery.dispatch(before);
		const isFree = state === 'late' || state === 'again';
		expect([delivery.state, delivery.isFree]).toEqual([state, isFree]);
		expect(delivery.dispatch(event)).toBe(delivery.state !== state);
		return delivery.state;
	});
	expect(after).toEqual(becomes);
});
