import { stringify } from 'flatted';
import type { Emulator, Job } from '../../emulator';
import { areImages, KEY } from '../bench';
import { leaksIn } from '../secrets';
import { TELLS_DOUBT, wasFree } from '../totals';
import { loggedUntil } from './log';
import { jobsOf, type Played } from './play';

/**
 * How long after a stop an order still arrives that was on its way then, in the hurried ms. On a busy machine
 * that is the longer the longer any call takes, and n8n makes a connection for it first.
 */
const onItsWay = ({ slowestCall }: Played) => Math.max(5_000, 10 * slowestCall);

const itemIn = ({ input }: Job) => /item (\d+) of/.exec((input as { prompt: string }).prompt)?.[1];

/** All that n8n keeps of the executions; of one in which it died only its log. */
const keptOf = (played: Played): string =>
	[
		played.diedAt === undefined ? '' : loggedUntil(played.diedAt + onItsWay(played)),
		...played.results.map((result) => {
			const { message, description, context } = result?.error ?? {};
			const { metadata } = result?.run.data.resultData ?? {};
			return stringify([result?.outputs, message, description, context, metadata]);
		}),
	].join(' ');

const isOfTheDead = ({ submittedAt }: Job, { diedAt = -Infinity }: Played) => submittedAt <= diedAt;

/** The orders of an n8n that has died, and those of the next one, which has nothing of them. */
const livesOf = (played: Played): Job[][] => [
	played.jobs.filter((job) => isOfTheDead(job, played)),
	played.jobs.filter((job) => !isOfTheDead(job, played)),
];

function orderedTwice(jobs: Job[], { history }: Played): string[] {
	return history.items.flatMap((_, item) => {
		const own = jobs.filter((job) => itemIn(job) === String(item));
		const paid = own.slice(0, -1).filter((job) => !wasFree(job)).length;
		return paid > 0 ? [`item ${item} was ordered ${own.length} times`] : [];
	});
}

function orderedAfterStop(played: Played): string[] {
	const { jobs, stoppedAt, results } = played;
	if (stoppedAt === undefined || results.length > 1) return [];
	const late = jobs.filter(({ submittedAt }) => submittedAt > stoppedAt + onItsWay(played));
	return late.map(({ submittedAt }) => `an order ${submittedAt - stoppedAt} ms after the stop`);
}

/** Where the node stops on a failure, a refusal that it has seen is the end of ordering. */
function orderedAfterRefusal(played: Played): string[] {
	const { jobs, history, results } = played;
	const isMore = history.tries > 1 || results.length > 1 || history.dies !== undefined;
	if (history.goesOn || history.operation !== 'edit' || isMore) return [];
	const refused = jobs
		.filter(({ resultStatus }) => resultStatus === 422)
		.flatMap(({ resultFetchedAt }) => resultFetchedAt);
	const last = Math.min(...refused) + onItsWay(played);
	return jobs.some(({ submittedAt }) => submittedAt > last) ? ['an order after a refusal'] : [];
}

/** Orders that are paid, whose images did not come out and whose ids stand nowhere. */
export async function unnamed(played: Played): Promise<Job[]> {
	const kept = keptOf(played);
	const outputs = played.results.flatMap((result) => result?.outputs[0] ?? []);
	const delivered = outputs.filter(({ binary }) => binary);
	if (delivered.length > 0 && !(await areImages(delivered))) return played.jobs;
	return played.jobs.filter(({ id, billed }) => billed && !kept.includes(id));
}

/**
 * Whether fal's history had an order only when nobody looked for it any more: it lists what is finished, and
 * an order may wait in fal's queue behind another one of its account.
 */
function isOutOfReach(job: Job, played: Played): boolean {
	const { history, stoppedAt, slowestCall } = played;
	const { listed } = history.items[Number(itemIn(job))]!;
	const listedAt = listed === 'never' ? Infinity : (job.completedAt ?? Infinity) + listed;
	const isLate = listedAt + slowestCall >= job.submittedAt + history.timeout * 1_000;
	// What was being looked for at a stop is found by a next try, if there is one; at a death by nobody.
	return isLate || stoppedAt !== undefined || isOfTheDead(job, played);
}

/** Whether the node has had the request's id: it has asked fal about it, or nothing kept the submit's answer back. */
function isKnown(fal: Emulator, job: Job, played: Played): boolean {
	const { history, stoppedAt, diedAt } = played;
	if (isOfTheDead(job, played) && job.submittedAt + onItsWay(played) > diedAt!) return false;
	if (fal.records.some(({ requestId, stage }) => requestId === job.id && stage !== 'submit'))
		return true;
	const { faults } = history.items[Number(itemIn(job))]!;
	return stoppedAt === undefined && !faults.some((one) => one.startsWith('submit='));
}

/** What must hold of every history; empty when it does. */
export async function complaints(fal: Emulator, played: Played): Promise<string[]> {
	const { results, name } = played;
	if (results.includes(undefined)) return ['an execution did not end'];
	const missing = await unnamed(played);
	const told = TELLS_DOUBT.test(keptOf(played));
	const known = missing.filter((job) => isKnown(fal, job, played));
	// Whether a dead n8n would have told of it nobody knows.
	const named = missing.filter((job) => !isOfTheDead(job, played));
	const listed = missing.filter((job) => !isOutOfReach(job, played));
	return [
		...known.map(({ id }) => `request ${id} is paid, its id was known, and it was never named`),
		...listed.map(({ id }) => `request ${id} is paid, in fal's history, and never named`),
		...livesOf(played).flatMap((jobs) => orderedTwice(jobs, played)),
		...orderedAfterStop(played),
		...orderedAfterRefusal(played),
		...(told ? [] : named.map(({ id }) => `request ${id} is paid and stands nowhere`)),
		...(jobsOf(fal, name).length > played.jobs.length ? ['an order after the end'] : []),
		...leaksIn(
			results.filter((one) => one !== undefined),
			fal,
			KEY,
		),
	];
}
