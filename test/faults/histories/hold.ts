import { stringify } from 'flatted';
import type { INodeExecutionData } from 'n8n-workflow';
import type { Emulator, Job } from '../../emulator';
import { SUBMIT_DEADLINE } from '../../../nodes/shared/limits';
import { areImages, KEY } from '../bench';
import { leaksIn } from '../secrets';
import { TELLS_DOUBT } from '../totals';
import { isByFields } from './history';
import { loggedUntil } from './log';
import { anothers, isOfTheDead, orderedTwice } from './paid';
import type { Played, Visit } from './played';
import { jobsOf, rowIn, rowsOf, shareOf } from './rows';
import { answeredIn } from './timedCalls';

/**
 * How long after a stop an order still arrives that was on its way then, in the hurried ms. On a busy machine
 * that is the longer the longer any call takes, and n8n makes a connection for it first.
 */
const onItsWay = ({ slowestCall }: Played) => Math.max(5_000, 10 * slowestCall);

const resultsOf = ({ visits, twin }: Played) => [...visits.map(({ result }) => result), twin];

/** All that n8n keeps of the executions; of one in which it died only its log. */
const keptOf = (played: Played): string =>
	[
		played.diedAt === undefined ? '' : loggedUntil(played.diedAt + onItsWay(played)),
		...resultsOf(played).map((result) => {
			const { message, description, context } = result?.error ?? {};
			const { metadata } = result?.run.data.resultData ?? {};
			return stringify([result?.outputs, message, description, context, metadata]);
		}),
	].join(' ');

function orderedAfterStop(played: Played): string[] {
	const { jobs, stoppedAt, visits, history } = played;
	if (stoppedAt === undefined || visits.length > 1 || history.twin) return [];
	const late = jobs.filter(({ submittedAt }) => submittedAt > stoppedAt + onItsWay(played));
	return late.map(({ submittedAt }) => `an order ${submittedAt - stoppedAt} ms after the stop`);
}

/** Where the node stops on a failure, a refusal that it has seen is the end of ordering. */
function orderedAfterRefusal(played: Played): string[] {
	const { jobs, history, visits } = played;
	const isMore = (history.tries > 1 || visits.length > 1 || history.dies) ?? history.twin;
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
	const outputs = resultsOf(played).flatMap((result) => result?.outputs[0] ?? []);
	const delivered = outputs.filter(({ binary }) => binary);
	if (delivered.length > 0 && !(await areImages(delivered))) return played.jobs;
	return played.jobs.filter(({ id, billed }) => billed && !kept.includes(id));
}

const itemOf = ({ pairedItem }: INodeExecutionData) => (pairedItem as { item?: number }).item;

/** The first run of the node, after a death, that has come to an end for a row. */
function cameTo(row: number, { history, visits, diedAt = Infinity }: Played): Visit | undefined {
	return visits.find(({ visit, start, result }) => {
		const item = rowsOf(history, visit).indexOf(row);
		const ended = [...(result?.outputs[0] ?? []).map(itemOf), result?.error?.context?.itemIndex];
		return item >= 0 && start > diedAt && ended.includes(item);
	});
}

/**
 * Whether fal's history had an order only when nobody looked for it any more: it lists what is finished, and
 * an order may wait in fal's queue behind another one of its account.
 */
function isOutOfReach(job: Job, played: Played): boolean {
	const { history, stoppedAt, slowestCall } = played;
	const { listed } = shareOf(history, rowIn(job));
	const listedAt = listed === 'never' ? Infinity : (job.completedAt ?? Infinity) + listed;
	const isDead = isOfTheDead(job, played);
	// What is known by its fields may be in doubt after a death, as others are like it.
	if (isDead && (isByFields(history) || history.hasEqualRows)) return true;
	const since = isDead ? cameTo(rowIn(job), played)?.start : job.submittedAt;
	// What was being looked for at a stop is found by a next try, if there is one.
	if (since === undefined || stoppedAt !== undefined) return true;
	return listedAt + slowestCall >= since + history.timeout * 1_000;
}

/**
 * Whether the node has had the request's id: it has asked fal about it, or the submit's answer, which nothing kept
 * back, came in long before its deadline. On a busy machine an answer may come when nobody waits for it any more.
 */
function isKnown(fal: Emulator, job: Job, played: Played): boolean {
	const { history, stoppedAt, diedAt } = played;
	if (isOfTheDead(job, played) && job.submittedAt + onItsWay(played) > diedAt!) return false;
	if (fal.records.some(({ requestId, stage }) => requestId === job.id && stage !== 'submit'))
		return true;
	const { faults } = shareOf(history, rowIn(job));
	const isWhole = stoppedAt === undefined && !faults.some((one) => one.startsWith('submit='));
	return isWhole && (answeredIn.get(job.id) ?? Infinity) < SUBMIT_DEADLINE / 2;
}

/** Whether it is to be told of at all: what a dead n8n had sent is by the one that retries, once it comes to it. */
function isToBeTold(job: Job, played: Played): boolean {
	if (!isOfTheDead(job, played)) return true;
	const { afterDeath, twin, hasEqualRows } = played.history;
	const isOurs = twin === undefined && !hasEqualRows;
	return afterDeath === 'retries' && isOurs && cameTo(rowIn(job), played) !== undefined;
}

/** What must hold of every history; empty when it does. */
export async function complaints(fal: Emulator, played: Played): Promise<string[]> {
	const { name, visits } = played;
	if (visits.some(({ result }) => !result)) return ['an execution did not end'];
	const missing = await unnamed(played);
	const told = TELLS_DOUBT.test(keptOf(played));
	const known = missing.filter((job) => isKnown(fal, job, played));
	const named = missing.filter((job) => isToBeTold(job, played));
	const listed = missing.filter((job) => !isOutOfReach(job, played) && isToBeTold(job, played));
	return [
		...known.map(({ id }) => `request ${id} is paid, its id was known, and it was never named`),
		...listed.map(({ id }) => `request ${id} is paid, in fal's history, and never named`),
		...orderedTwice(played),
		...anothers(played),
		...orderedAfterStop(played),
		...orderedAfterRefusal(played),
		...(told ? [] : named.map(({ id }) => `request ${id} is paid and stands nowhere`)),
		...(jobsOf(fal, name).length > played.jobs.length ? ['an order after the end'] : []),
		...leaksIn(
			resultsOf(played).filter((one) => one !== undefined),
			fal,
			KEY,
		),
	];
}
