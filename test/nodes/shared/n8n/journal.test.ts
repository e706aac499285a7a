import type { IExecuteFunctions } from 'n8n-workflow';
import { CLAIM, JOURNAL } from '../../../../nodes/shared/limits';
import { ExecutionJournal } from '../../../../nodes/shared/n8n/journal';
import { restart } from '../../../support/restart';

beforeEach(restart);
afterEach(() => jest.restoreAllMocks());

type Finish = () => Promise<void>;

/** An execution, and n8n's memory of what was processed, with every call to it. */
function execution({ mode = 'webhook', tells = true, has = true } = {}) {
	const memory = new Set<string>();
	const calls: string[] = [];
	const finish: Finish[] = [];
	const n8n = { isAway: false, others: 0, slow: Promise.resolve() };
	const call = async (name: string, texts: string[]) => {
		calls.push([name, ...texts].join(' '));
		await n8n.slow;
		if (n8n.isAway) throw new Error('the database is away');
	};
	const helpers = {
		checkProcessedAndRecord: async (texts: string[]) => {
			await call('enter', texts);
			const processed = texts.filter((text) => memory.has(text));
			for (const text of texts) memory.add(text);
			return { new: [], processed };
		},
		removeProcessed: async (texts: string[]) => {
			await call('remove', texts);
			for (const text of texts) memory.delete(text);
		},
		getProcessedDataCount: async () => memory.size + n8n.others,
	};
	const ctx = {
		...{ getMode: () => mode, getNode: () => ({ id: 'node' }), getWorkflow: () => ({ id: 'w' }) },
		helpers: has ? helpers : {},
		...(tells && { onExecutionFinish: (act: Finish) => void finish.push(act) }),
	} as unknown as IExecuteFunctions;
	const journal = ExecutionJournal.of(ctx);
	const end = async () => {
		for (const act of finish) await act();
	};
	return { journal: journal!, memory, calls, finish, n8n, end };
}

it('is kept where n8n retries what was killed, and has a memory', () => {
	expect(execution().journal).toBeDefined();
	expect(execution({ mode: 'retry' }).journal).toBeDefined();
	expect(execution({ mode: 'manual' }).journal).toBeUndefined();
	expect(execution({ has: false }).journal).toBeUndefined();
});

it('enters what begins at one moment by one write, and takes it out once n8n has saved the run', async () => {
	const { journal, memory, calls, finish, end } = execution();
	await Promise.all(['a', 'b', 'c'].map(async (name) => await journal.enter(name)));
	expect(calls).toEqual(['enter a b c']);
	await journal.end();
	expect([...memory]).toEqual(['a', 'b', 'c']);
	expect(finish).toHaveLength(1);
	await end();
	expect([...memory]).toEqual([]);
	await journal.enter('late');
	expect([...memory]).toEqual([]);
});

it('leaves alone what it has not written, and n8n where there is nothing to take out', async () => {
	const { journal, memory, calls, end } = execution();
	memory.add('another execution');
	await journal.remove('another execution');
	await journal.enter('a');
	await journal.remove('a');
	expect([...memory]).toEqual(['another execution']);
	await journal.remove('a');
	await end();
	expect(calls).toEqual(['enter a', 'remove a']);
});

it('where n8n does not tell when it has saved the run, it is cleared at the end of the visit', async () => {
	const { journal, memory } = execution({ tells: false });
	await journal.enter('a');
	await journal.end();
	expect([...memory]).toEqual([]);
});

it('that of a retry stays, since another retry of the same run knows nothing of it', async () => {
	const { journal, memory, calls, end } = execution({ mode: 'retry' });
	await journal.enter('a');
	await end();
	expect([[...memory], calls]).toEqual([['a'], ['enter a']]);
});

it('a run that is saved before its last write is done takes that out too', async () => {
	const { journal, memory, n8n, end } = execution();
	let go = () => {};
	n8n.slow = new Promise((resolve) => (go = resolve));
	const entering = journal.enter('a');
	const ending = end();
	await new Promise(setImmediate);
	go();
	await Promise.all([entering, ending]);
	expect([...memory]).toEqual([]);
});

it('a database that is away holds up nothing, and is asked no more', async () => {
	jest.replaceProperty(CLAIM, 'pause', 1);
	const { journal, calls, n8n, end } = execution();
	n8n.isAway = true;
	await journal.enter('a');
	expect(calls).toHaveLength(CLAIM.tries);
	await journal.enter('b');
	expect(calls).toHaveLength(CLAIM.tries);
	await journal.remove('a');
	await end();
	expect(await journal.holds('a')).toBeUndefined();
});

it('tells what an earlier run has begun, and leaves no trace of what was asked for', async () => {
	const { journal, memory } = execution({ mode: 'retry' });
	memory.add('begun');
	const held = await Promise.all(['begun', 'not'].map(async (name) => await journal.holds(name)));
	expect(held).toEqual([true, false]);
	expect([...memory]).toEqual(['begun']);
});

it('cannot tell what is not in it, once it may have made room', async () => {
	const { journal, memory, n8n } = execution({ mode: 'retry' });
	memory.add('begun');
	n8n.others = JOURNAL.kept / 2 - 2;
	expect(await journal.holds('not')).toBe(false);
	n8n.others++;
	expect(await journal.holds('not')).toBeUndefined();
	n8n.others = 0;
	// It stays so, whatever is taken out meanwhile.
	expect([await journal.holds('not'), await journal.holds('begun')]).toEqual([undefined, true]);
});
