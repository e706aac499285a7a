import pLimit from 'p-limit';
import { NEVER } from './bench';
import type { Row } from './row';
import { told, tryRow, type Trial } from './trial';
import type { Account } from './totals';

/** Rows in work at once: most of their time is waiting. */
const SIDE_BY_SIDE = 24;

/** Each row as it is, with Retry On Fail, or in both ways. */
export async function runTable(rows: Row[], withRetry: boolean[]): Promise<Trial[][]> {
	const limit = pLimit(SIDE_BY_SIDE);
	const each = async (row: Row) =>
		await Promise.all(withRetry.map((retry) => limit(() => tryRow(row, retry))));
	return await Promise.all(rows.map(each));
}

const isBlind = ({ row: { settings } }: Trial) =>
	settings.historyDelay === NEVER || settings.proxyAllows?.length === 0;

export const accountOf = (trial: Trial): Account => ({
	jobs: trial.jobs,
	delivered: trial.images,
	told: told(trial),
	ended: trial.result !== undefined,
	blind: isBlind(trial),
});
