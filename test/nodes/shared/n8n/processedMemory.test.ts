import type { IExecuteFunctions } from 'n8n-workflow';
import { CLAIM } from '../../../../nodes/shared/limits';
import { Gathered, ProcessedMemory } from '../../../../nodes/shared/n8n/processedMemory';
import { hold } from '../../../support/hold';
import { restart } from '../../../support/restart';

beforeEach(() => {
	restart();
	jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => jest.useRealTimers());

const KEPT = 10;
const settle = async () => await new Promise(setImmediate);

/** n8n, whose memory holds `known`, with each call to it: its texts, its scope, and how many are kept. */
function n8nWith({ known = [] as string[], refusals = 0, until = async () => {} } = {}) {
	const calls: unknown[][] = [];
	const times: number[] = [];
	const record = async (
		texts: string[],
		scope: string,
		{ maxEntries }: { maxEntries?: number },
	) => {
		calls.push(['enter', texts, scope, maxEntries]);
		times.push(performance.now());
		await until();
		if (refusals-- > 0) throw new Error('refused');
		return { new: [], processed: texts.filter((text) => known.includes(text)) };
	};
	const remove = async (texts: string[], scope: string) =>
		void calls.push(['remove', texts, scope]);
	const memoryOf = (node: string, scope?: 'workflow', has = true) => {
		const helpers = has ? { checkProcessedAndRecord: record, removeProcessed: remove } : {};
		const names = { getNode: () => ({ id: node }), getWorkflow: () => ({ id: 'w' }) };
		return new ProcessedMemory({ ...names, helpers } as unknown as IExecuteFunctions, KEPT, scope);
	};
	return { calls, times, memoryOf };
}

it('asks for nothing where there is nothing to ask', async () => {
	const { calls, memoryOf } = n8nWith();
	const memory = memoryOf('node');
	expect([await memory.enter(), await memory.knownOf([]), await memory.forget()]).toEqual([
		...[[], [], undefined],
	]);
	expect(calls).toEqual([]);
	expect([memory.isThere, memoryOf('node', undefined, false).isThere]).toEqual([true, false]);
});

it('asks for each text once, and takes out again what it has only asked for', async () => {
	const { calls, memoryOf } = n8nWith({ known: ['a'] });
	expect(await memoryOf('node').enter('a', 'b', 'a')).toEqual(['a']);
	expect(await memoryOf('node', 'workflow').knownOf(['a', 'b'])).toEqual(['a']);
	expect(calls).toEqual([
		['enter', ['a', 'b'], 'node', KEPT],
		// So that what is only asked for takes nothing's room.
		['enter', ['a', 'b'], 'workflow', KEPT + 2],
		['remove', ['b'], 'workflow'],
	]);
});

it('reads and writes one at a time, for one node or for a whole workflow', async () => {
	const held = hold();
	const { calls, memoryOf } = n8nWith({ until: held.until });
	const asked = [
		memoryOf('a').enter('1'),
		memoryOf('a').enter('2'),
		memoryOf('b').enter('3'),
		memoryOf('a', 'workflow').enter('4'),
		memoryOf('b', 'workflow').enter('5'),
	];
	const texts = () => calls.map(([, some]) => String(some)).sort();
	await settle();
	expect(texts()).toEqual(['1', '3', '4']);
	held.release();
	await Promise.all(asked);
	expect(texts()).toEqual(['1', '2', '3', '4', '5']);
});

it('tries again what was refused, with growing pauses, and not for ever', async () => {
	const { times, memoryOf } = n8nWith({ refusals: CLAIM.tries - 1 });
	const entering = memoryOf('node').enter('a');
	await jest.advanceTimersByTimeAsync(60_000);
	expect(await entering).toEqual([]);
	const pauses = times.slice(1).map((time, at) => Math.round(time - times[at]!));
	expect(pauses).toEqual([1, 2, 3, 4].map((tried) => tried * CLAIM.pause));
	const failing = memoryOf('node');
	const refused = n8nWith({ refusals: CLAIM.tries }).memoryOf('other').enter('a');
	const caught = refused.catch((error: Error) => error.message);
	await jest.advanceTimersByTimeAsync(60_000);
	expect(await caught).toBe('refused');
	expect(await failing.enter('b')).toEqual([]);
});

it('gathers what is asked for while it asks', async () => {
	const held = hold();
	const asked: string[][] = [];
	const gathered = new Gathered(async (texts) => {
		asked.push(texts);
		await held.until();
		return texts.length;
	});
	const first = gathered.add('a');
	await settle();
	const others = ['b', 'c'].map(async (text) => await gathered.add(text));
	await settle();
	expect(asked).toEqual([['a']]);
	held.release();
	expect(await Promise.all([first, ...others])).toEqual([1, 2, 2]);
	expect(asked).toEqual([['a'], ['b', 'c']]);
});
