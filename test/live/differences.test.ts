import { PROMISES } from '../../scripts/live/promises';
import { checks } from '../../scripts/live/checks';
import type { Patience } from '../../scripts/live/live';
import { differences, type DifferenceName } from '../emulator/differences';
import { runAgainstEmulator } from './bench';

/** Where something has to be given up for a difference to be seen. */
const patience: Partial<Record<DifferenceName, Partial<Patience>>> = {
	'a stream that is buffered': { firstWord: 500 },
	'the history lists late': { listed: 300 },
	'the history lists nothing': { listed: 50, listedLate: 50 },
	'the history leaves out what was cancelled': { listed: 50, listedLate: 50 },
};

const names = Object.keys(differences) as DifferenceName[];

const promiseOf = (id: string) => {
	const check = checks.find((one) => one.id === id);
	return check && PROMISES[check.promise];
};

it('there are twenty and more, most of them about money', () => {
	const first = names.map((name) => promiseOf(Object.keys(differences[name].shows)[0] ?? ''));
	expect(first).not.toContain(undefined);
	expect(first.filter((promise) => promise?.startsWith('Money')).length).toBeGreaterThan(20);
});

it.concurrent.each(names)('is found and named: %s', async (name) => {
	const { shows } = differences[name];
	const { lines } = await runAgainstEmulator({
		only: Object.keys(shows),
		emulator: { differences: [name] },
		patience: patience[name],
	});
	const found = lines.map(({ id, outcome, came, promise }) => ({ id, outcome, came, promise }));
	const wanted = Object.entries(shows).map(([id, came]) => ({
		...{ id, outcome: 'differs', came },
		promise: promiseOf(id),
	}));
	expect(found).toHaveLength(wanted.length);
	expect(found).toEqual(expect.arrayContaining(wanted));
});
