import type { Job } from '../emulator';

/** What became of one item. */
export interface Account {
	/** the orders that fal took for it */
	jobs: Job[];
	delivered: boolean;
	/** all that the user gets to read: outputs and errors */
	told: string;
	ended: boolean;
}

export interface Totals {
	/** orders made although fal had taken one that it charges for */
	twice: number;
	/** pictures paid for that did not come out, and of which nobody was told */
	lost: number;
	/** waits that did not end */
	endless: number;
	/** fal's answer with the request id never arrived; the error says that fal may have taken the edit, and where to look */
	inDoubt: number;
}

/** fal's own failures, which it never charges: after them a new order is right. */
const wasFree = ({ billed, resultStatus = 0 }: Job) => !billed && resultStatus >= 500;

export const TELLS_DOUBT = /may have taken the edit.*dashboard\/requests/s;

function count({ jobs, delivered, told, ended }: Account): Totals {
	const earlier = jobs.slice(0, -1);
	const missing = jobs.filter(({ id, billed }) => billed && !delivered && !told.includes(id));
	const doubtful = TELLS_DOUBT.test(told) ? missing.length : 0;
	return {
		twice: earlier.filter((job) => !wasFree(job)).length,
		lost: missing.length - doubtful,
		endless: ended ? 0 : 1,
		inDoubt: doubtful,
	};
}

export function totalsOf(accounts: Account[]): Totals {
	const sum = { twice: 0, lost: 0, endless: 0, inDoubt: 0 };
	for (const one of accounts.map(count)) {
		sum.twice += one.twice;
		sum.lost += one.lost;
		sum.endless += one.endless;
		sum.inDoubt += one.inDoubt;
	}
	return sum;
}

export const areGood = ({ twice, lost, endless }: Totals) => twice + lost + endless === 0;

export const inWords = ({ twice, lost, endless, inDoubt }: Totals): string =>
	[
		`jobs ordered twice:        ${twice}`,
		`results paid for and lost: ${lost}`,
		`waits that did not end:    ${endless}`,
		`(answers to a paid order that never arrived, told as such: ${inDoubt})`,
	].join('\n');
