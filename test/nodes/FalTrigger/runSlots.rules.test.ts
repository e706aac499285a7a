import { Deliveries, type Delivery } from '../../../nodes/FalTrigger/deliveries';
import { runSlots, STATUSES_HEADER } from '../../../nodes/FalTrigger/runSlots';
import { CALLBACK_RUNS } from '../../../nodes/shared/limits';

beforeEach(() => jest.useFakeTimers());
afterEach(() => {
	jest.useRealTimers();
	jest.restoreAllMocks();
});

const newSlots = () => new (runSlots.constructor as new () => typeof runSlots)();

/** A trigger, and its deliveries, of which fal has told unless they are said to hang. */
function triggerOf() {
	const trigger = new Deliveries();
	const make = (request_id: string, checked?: Promise<void>): Delivery => {
		const delivery = trigger.open({ request_id, callback_data: {} }, []);
		delivery.isChecked = checked === undefined;
		delivery.checked = checked ?? Promise.resolve();
		return delivery;
	};
	return { trigger, make };
}

const settle = async () => await jest.advanceTimersByTimeAsync(0);
const hangs = new Promise<void>(() => undefined);

/** What has come in, by name, in the order in which it did. */
function watching() {
	const inside: string[] = [];
	const watch = <T>(name: string, work: Promise<T>) => {
		void work.then((group) => group && inside.push(name));
		return work;
	};
	return { inside, watch };
}

it('those that come while one waits go with it, of one trigger and no more than fit', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'together', 2);
	const [slots, one, other] = [newSlots(), triggerOf(), triggerOf()];
	const first = slots.join(one.trigger, one.make('a', hangs));
	expect(await slots.join(one.trigger, one.make('b'))).toBeUndefined();
	const third = slots.join(one.trigger, one.make('c', hangs));
	expect(await slots.join(one.trigger, one.make('d'))).toBeUndefined();
	const elsewhere = await slots.join(other.trigger, other.make('e'));
	expect(elsewhere?.deliveries).toHaveLength(1);
	elsewhere?.free();
	await jest.advanceTimersByTimeAsync(CALLBACK_RUNS.checks);
	const ids = ({ deliveries }: { deliveries: Delivery[] }) =>
		deliveries.map(({ callback }) => callback.request_id);
	const started = (await first)!;
	expect(ids(started)).toEqual(['a', 'b']);
	started.free();
	expect(ids((await third)!)).toEqual(['c', 'd']);
});

it('none joins what a look has found, nor what has begun', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'atOnce', 1);
	const [slots, { trigger, make }] = [newSlots(), triggerOf()];
	const running = await slots.enter(trigger, [make('a')]);
	const looked = slots.enter(trigger, [make('b')]);
	const called = slots.join(trigger, make('c'));
	running.free();
	expect((await looked).deliveries).toHaveLength(1);
	(await looked).free();
	expect((await called)?.deliveries).toHaveLength(1);
});

it('so many wait at the most', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'atOnce', 1);
	jest.replaceProperty(CALLBACK_RUNS, 'waiting', 3);
	const [slots, { trigger, make }, other] = [newSlots(), triggerOf(), triggerOf()];
	await slots.enter(trigger, [make('runs')]);
	void slots.enter(trigger, [make('a'), make('b')]);
	expect(slots.isFull(trigger)).toBe(false);
	void slots.join(trigger, make('c'));
	expect([slots.isFull(trigger), slots.isFull(other.trigger)]).toEqual([true, false]);
});

it('so many run at once, in the order of arrival', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'atOnce', 1);
	const [slots, { trigger, make }] = [newSlots(), triggerOf()];
	const { inside, watch } = watching();
	const groups = ['a', 'b', 'c'].map((id) => watch(id, slots.enter(trigger, [make(id)])));
	await jest.advanceTimersByTimeAsync(10 * CALLBACK_RUNS.look);
	expect(inside).toEqual(['a']);
	for (const [at, so] of [['b'], ['b', 'c']].entries()) {
		(await groups[at]!).free();
		await settle();
		expect(inside).toEqual(['a', ...so]);
	}
});

describe('a run that is out of sight', () => {
	const ends = async (act: (group: Awaited<ReturnType<typeof runSlots.enter>>) => void) => {
		const [slots, { trigger, make }] = [newSlots(), triggerOf()];
		const group = await slots.enter(trigger, [make('a'), make('b')]);
		act(group);
		await jest.advanceTimersByTimeAsync(1);
		return group.deliveries.map(({ state }) => state);
	};
	const statuses = (text: string, statusCode?: number) => async () => ({
		...{ statusCode, headers: { [STATUSES_HEADER]: text } },
	});

	it.each<[string, () => Promise<unknown>, string[]]>([
		['says it of each', statuses('200,503', 500), ['delivered', 'again']],
		['says it of all', async () => ({ statusCode: 200 }), ['delivered', 'delivered']],
		['says it of the first only', statuses('200', 503), ['delivered', 'again']],
		['says nothing', async () => undefined, ['again', 'again']],
		['has failed', async () => await Promise.reject(new Error('failed')), ['again', 'again']],
	])('%s', async (_, answer, states) => {
		expect(await ends((group) => group.followRun(answer()))).toEqual(states);
	});

	it('is heard of by itself, once it has begun in this process', async () => {
		const states = await ends((group) => {
			group.begin();
			group.followRun(statuses('200,200')());
		});
		expect(states).toEqual(['open', 'open']);
	});
});

it('a run that does not come gives its slot to others', async () => {
	jest.replaceProperty(CALLBACK_RUNS, 'atOnce', 1);
	const [slots, { trigger, make }] = [newSlots(), triggerOf()];
	const { inside, watch } = watching();
	const lost = await slots.enter(trigger, [make('a')]);
	void watch('b', slots.enter(trigger, [make('b')]));
	await jest.advanceTimersByTimeAsync(CALLBACK_RUNS.begin - 1);
	expect([inside, lost.deliveries[0]?.state]).toEqual([[], 'open']);
	await jest.advanceTimersByTimeAsync(1);
	expect([inside, lost.deliveries[0]?.state]).toEqual([['b'], 'again']);
});

describe('what a run is worth', () => {
	it('is what fal has told of by then, with what earlier ones were too early for', async () => {
		const [slots, { trigger, make }] = [newSlots(), triggerOf()];
		const early = make('early', hangs);
		const group = await slots.enter(trigger, [early, make('a')]);
		const refused = make('refused');
		refused.dispatch('refused');
		const worth = slots.callbacksOf(group);
		await jest.advanceTimersByTimeAsync(CALLBACK_RUNS.checks);
		expect((await worth).map(({ request_id }) => request_id)).toEqual(['a']);
		expect(early.state).toBe('late');
		early.isChecked = true;
		group.free();
		const next = await slots.enter(trigger, [refused, make('b')]);
		expect((await slots.callbacksOf(next)).map(({ request_id }) => request_id)).toEqual([
			...['early', 'b'],
		]);
		expect(next.deliveries).toHaveLength(2);
	});

	it('may be nothing; then others have its slot', async () => {
		jest.replaceProperty(CALLBACK_RUNS, 'atOnce', 1);
		const [slots, { trigger, make }] = [newSlots(), triggerOf()];
		const { inside, watch } = watching();
		const refused = make('refused');
		const group = await slots.enter(trigger, [refused]);
		void watch('b', slots.enter(trigger, [make('b')]));
		refused.dispatch('refused');
		expect(await slots.callbacksOf(group)).toEqual([]);
		await settle();
		expect(inside).toEqual(['b']);
	});
});

it('a run that begins is known by its trigger and its request', async () => {
	const [slots, one, other] = [newSlots(), triggerOf(), triggerOf()];
	const group = await slots.enter(one.trigger, [one.make('a'), one.make('b')]);
	expect(slots.begin(one.trigger, 'b')).toBe(group);
	expect(slots.begin(one.trigger, 'c')).toBeUndefined();
	expect(slots.begin(other.trigger, 'b')).toBeUndefined();
	group.free();
	expect(slots.begin(one.trigger, 'b')).toBeUndefined();
});
