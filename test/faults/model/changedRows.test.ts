import { TABLE, tableNow, wholeRow } from '../../nodes/shared/requests/table';
import { playHistory } from './play';
import { changedRows, type ChangedRow } from './rows';
import { SAME_IN_HISTORIES } from './sameInHistories';

/** So many histories a changed row is played with at most. */
const MOST = 3_000;

const { existing, added } = changedRows();
const rightTable = TABLE.map(wholeRow).join('\n');

/** Whether a history shows that something is wrong; it may also wait for what never comes. */
async function isWrong(seed: number): Promise<boolean> {
	let timer: NodeJS.Timeout | undefined;
	const hangs = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, 5_000, true)));
	const plays = playHistory(seed).then((wrong) => wrong.length > 0);
	return await Promise.race([plays, hangs]).finally(() => clearTimeout(timer));
}

async function isNoticed({ change }: ChangedRow): Promise<boolean> {
	const mend = change();
	try {
		for (let seed = 1; seed <= MOST; seed++) if (await isWrong(seed)) return true;
		return false;
	} finally {
		mend();
	}
}

it('the test of the table notices each changed row, each that is gone, and each that is added', () => {
	const unnoticed = [...existing, ...added].filter(({ change }) => {
		const mend = change();
		const now = tableNow().join('\n');
		mend();
		return now === rightTable;
	});
	expect(unnoticed).toEqual([]);
	expect(tableNow().join('\n')).toBe(rightTable);
});

it('the histories notice each changed row but those that change nothing a user could see', async () => {
	const unnoticed: string[] = [];
	for (const row of existing.filter(({ name }) => !(name in SAME_IN_HISTORIES)))
		if (!(await isNoticed(row))) unnoticed.push(row.name);
	expect(unnoticed).toEqual([]);
	const names = existing.map(({ name }) => name);
	expect(Object.keys(SAME_IN_HISTORIES).filter((name) => !names.includes(name))).toEqual([]);
});
