import pLimit from 'p-limit';
import { NEVER } from './bench';
import type { Row } from './row';
import { told, tryRow, type Trial } from './trial';
import type { Account } from './totals';

/** Rows in work at once: most of their time is waiting. */
const SIDE_BY_SIDE = 24;

/** Each row twice: once as it is, once with Retry On Fail. */
export async function runTable(rows: Row[]): Promise<Trial[][]> {
	const limit = pLimit(SIDE_BY_SIDE);
	const both = async (row: Row) =>
		await Promise.all([false, true].map((again) => limit(() => tryRow(row, again))));
	return await Promise.all(rows.map(both));
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
