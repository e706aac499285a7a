import type { Job } from '../emulator';

/** What became of one item. */
export interface Account {
	/** the orders that fal took for it */
	jobs: Job[];
	delivered: boolean;
	/** all that the user gets to read: outputs and errors */
	told: string;
	ended: boolean;
	/** whether fal's history could not be read, or would never list the order */
	blind?: boolean;
}

export interface Totals {
	/** orders made although fal had taken one that it charges for */
	twice: number;
	/** images paid for that did not come out, and of which nobody was told */
	lost: number;
	/** waits that did not end */
	endless: number;
	/** paid, and its id stands nowhere: the error says only that fal may have taken the edit, and where to look */
	unnamed: number;
	/** the same where fal's history could not tell either: it had not listed the order, or may not be read */
	outOfReach: number;
}

/** What fal does not charge: a failure of its own, and what it dropped when asked to. After them a new request is right. */
export const wasFree = ({ billed, resultStatus = 0, cancelRequestedAt }: Job): boolean =>
	!billed && (resultStatus >= 500 || cancelRequestedAt !== undefined);

export const TELLS_DOUBT = /may have taken the edit.*dashboard\/requests/s;

function count({ jobs, delivered, told, ended, blind }: Account): Totals {
	const earlier = jobs.slice(0, -1);
	const missing = jobs.filter(({ id, billed }) => billed && !delivered && !told.includes(id));
	const doubtful = TELLS_DOUBT.test(told) ? missing.length : 0;
	return {
		twice: earlier.filter((job) => !wasFree(job)).length,
		lost: missing.length - doubtful,
		endless: ended ? 0 : 1,
		unnamed: blind ? 0 : doubtful,
		outOfReach: blind ? doubtful : 0,
	};
}

export function totalsOf(accounts: Account[]): Totals {
	const sum = { twice: 0, lost: 0, endless: 0, unnamed: 0, outOfReach: 0 };
	for (const one of accounts.map(count)) {
		sum.twice += one.twice;
		sum.lost += one.lost;
		sum.endless += one.endless;
		sum.unnamed += one.unnamed;
		sum.outOfReach += one.outOfReach;
	}
	return sum;
}

export const areGood = ({ twice, lost, endless, unnamed }: Totals) =>
	twice + lost + endless + unnamed === 0;

export const inWords = ({ twice, lost, endless, unnamed, outOfReach }: Totals): string =>
	[
		`jobs ordered twice:        ${twice}`,
		`results paid for and lost: ${lost}`,
		`waits that did not end:    ${endless}`,
		`paid and never named:      ${unnamed}`,
		`(told as such where fal's history has nothing or is out of reach: ${outOfReach})`,
	].join('\n');
