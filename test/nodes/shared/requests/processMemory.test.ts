import { processMemory } from '../../../../nodes/shared/requests/processMemory';
import { NEW, takenBy, type RequestState } from '../../../../nodes/shared/requests/request';
import { restart } from '../../../support/restart';

beforeEach(restart);

const submitted = (attempt: number): RequestState => ({
	...{ status: 'submitted', attempt, taken: takenBy(`made ${attempt}`) },
});
const unmade = (attempt: number): RequestState => ({ status: 'new', attempt });
const submitting: RequestState = { status: 'submitting', attempt: 0, sought: { seed: 1, from: 0 } };

it.each<[string, RequestState, RequestState, boolean]>([
	['what is taken', submitting, submitted(0), true],
	['what is refused', submitting, NEW, true],
	['the next one', submitted(0), unmade(1), true],
	['one that another execution has made already', submitted(1), unmade(1), false],
	['one from before', submitted(1), submitted(0), false],
	['the same again', submitted(1), submitted(1), true],
])('of a request it remembers the latest: %s', (_, known, state, isLater) => {
	processMemory.note('key', known);
	processMemory.note('key', state);
	expect(processMemory.stateOf('key')).toBe(isLater ? state : known);
});

it('knows each request that fal has taken, and all that was said of it', () => {
	processMemory.note('key', submitted(0));
	expect(processMemory.submitOf('made 0')).toEqual({});
	processMemory.noteSubmit('made 0', { workflowId: 'w' });
	processMemory.noteSubmit('made 0', { data: { row: 1 } });
	expect(processMemory.submitOf('made 0')).toEqual({ workflowId: 'w', data: { row: 1 } });
	processMemory.note('other', submitting);
	expect(processMemory.submitOf('made 1')).toBeUndefined();
});

it('tells whether a request that asks for the same is on its way', () => {
	const fields = { prompt: 'make it blue' };
	const sought = { fields, at: 0, from: 0, to: 1 };
	processMemory.note('by its seed', submitting);
	expect(processMemory.isSending(JSON.stringify(fields))).toBe(false);
	processMemory.note('key', { status: 'submitting', attempt: 0, sought });
	expect(processMemory.isSending(JSON.stringify(fields))).toBe(true);
	expect(processMemory.isSending(JSON.stringify({ prompt: 'make it red' }))).toBe(false);
	processMemory.note('key', submitted(0));
	expect(processMemory.isSending(JSON.stringify(fields))).toBe(false);
});

it('counts who waits for a request', () => {
	for (const [change, count] of [
		[1, 1],
		[1, 2],
		[-1, 1],
		[-1, 0],
		[-1, 0],
		[1, 1],
	] as const) {
		processMemory.hold('key', change);
		expect(processMemory.holdersOf('key')).toBe(count);
	}
	expect(processMemory.holdersOf('other')).toBe(0);
});

it('lets one at a time work on a request, also after one has failed', async () => {
	const order: string[] = [];
	const work = (name: string) => async () => {
		order.push(`${name} begins`);
		await new Promise(setImmediate);
		order.push(`${name} ends`);
		if (name === 'a') throw new Error('a has failed');
		return name;
	};
	const all = ['a', 'b', 'c'].map(async (name) => await processMemory.withLock('key', work(name)));
	const other = processMemory.withLock('other', work('d'));
	expect([processMemory.isLocked('key'), processMemory.isLocked('none')]).toEqual([true, false]);
	const done = await Promise.allSettled(all);
	expect(done.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
	expect(await other).toBe('d');
	expect(order.filter((line) => !line.startsWith('d'))).toEqual(
		['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]),
	);
	expect(order.indexOf('d begins')).toBeLessThan(order.indexOf('a ends'));
	expect(processMemory.isLocked('key')).toBe(false);
});

it('a stop ends the wait for one that works', async () => {
	const stop = new AbortController();
	const endless = new Promise<void>(() => undefined);
	void processMemory.withLock('key', async () => await endless);
	const waiting = processMemory.withLock('key', async () => 'never', stop.signal);
	stop.abort(new Error('stopped'));
	await expect(waiting).rejects.toThrow('stopped');
});

it('knows the first execution of a name, and the requests of all that one has started', () => {
	expect([1, 2].map(() => processMemory.begins('execution'))).toEqual([true, false]);
	expect(processMemory.begins('another')).toBe(true);
	const family = processMemory.family('execution');
	family.row = [{ state: NEW }];
	expect(processMemory.family('execution')).toBe(family);
	expect(processMemory.family('another')).toEqual({});
});
