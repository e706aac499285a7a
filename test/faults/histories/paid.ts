import type { Job } from '../../emulator';
import { wasFree } from '../totals';
import { takers } from './log';
import { isByFields } from './history';
import type { Played } from './played';
import { rowIn, rowsOf, timesOf } from './rows';

export const isOfTheDead = ({ submittedAt }: Job, { diedAt = -Infinity }: Played) =>
	submittedAt <= diedAt;

const twinOf = ({ name }: Played) => `${name}-twin`;

/** Who has had a request's answer, as the log has it. */
function claimsOf(played: Played) {
	const isTakenBy = (execution: string) => (job: Job) =>
		takers.get(job.id)?.has(execution) ?? false;
	return { isOurs: isTakenBy(played.name), isTwins: isTakenBy(twinOf(played)) };
}

const rowNumbers = ({ history }: Played) =>
	new Set(Array.from({ length: history.visits }, (_, visit) => rowsOf(history, visit)).flat());

/**
 * The requests of a row that are this execution's. An equal one whose answer nobody has seen may be the twin's,
 * where that has none; then one fewer is.
 */
function ownOf(jobs: Job[], row: number, played: Played): { own: Job[]; perhaps: number } {
	const { isOurs, isTwins } = claimsOf(played);
	const all = jobs.filter((job) => rowIn(job) === row);
	const own = all.filter((job) => isOurs(job) || !isTwins(job));
	const hasTwin = played.history.twin !== undefined && !all.some(isTwins);
	return { own, perhaps: hasTwin && !own.every(isOurs) ? 1 : 0 };
}

/** A user who begins anew after a death wants new images; Retry execution goes on with those of before. */
function livesOf(played: Played): Job[][] {
	if (played.history.afterDeath === 'retries') return [played.jobs];
	return [
		played.jobs.filter((job) => isOfTheDead(job, played)),
		played.jobs.filter((job) => !isOfTheDead(job, played)),
	];
}

function twiceIn(jobs: Job[], row: number, played: Played): string[] {
	const { own, perhaps } = ownOf(jobs, row, played);
	const paid = own.slice(0, -1).filter((job) => !wasFree(job)).length;
	const times = timesOf(played.history, played.visitsBegun) + perhaps;
	return paid >= times ? [`row ${row} was ordered ${own.length} times for ${times}`] : [];
}

export const orderedTwice = (played: Played): string[] =>
	livesOf(played).flatMap((jobs) =>
		[...rowNumbers(played)].flatMap((row) => twiceIn(jobs, row, played)),
	);

/** Requests that an equal execution has taken too, or another visit of a loop. */
export function anothers(played: Played): string[] {
	const { isOurs, isTwins } = claimsOf(played);
	const shared = played.jobs.filter((job) => isOurs(job) && isTwins(job));
	const givenIn = new Map<string, number>();
	// Equal requests that only their fields tell apart are as good as each other for a retry in a new process.
	const areAlike = isByFields(played.history) && played.history.hasEqualRows;
	const again = played.visits.flatMap(({ life, execution, visit, result }) =>
		(result?.outputs[0] ?? []).flatMap(({ json: { request_id: id } }) => {
			if (typeof id !== 'string') return [];
			const key = `${areAlike ? execution : life} ${id}`;
			const before = givenIn.get(key) ?? visit;
			givenIn.set(key, visit);
			return before === visit ? [] : [`visit ${visit} gives ${id} of visit ${before}`];
		}),
	);
	return [...shared.map(({ id }) => `${id} was taken by two executions`), ...again];
}
