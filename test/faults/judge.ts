import type { IDataObject } from 'n8n-workflow';
import { errorText, ownCalls, type Trial } from './trial';
import { TELLS_DOUBT } from './totals';

type Complaint = string | false | undefined;

function aboutGives(trial: Trial): Complaint[] {
	const { expected, result, images } = trial;
	const { gives } = expected;
	const error = errorText(trial);
	const items = result?.outputs.flat() ?? [];
	if (gives === 'images') return [!images && `no images, but: ${error || 'nothing'}`];
	if (gives instanceof RegExp) {
		return [
			!gives.test(error) && `the error says: ${error || 'nothing'}`,
			items.length > 0 && 'items came out',
		];
	}
	const json = items[0]?.json ?? {};
	const wrong = Object.entries(gives.json).filter(([name, value]) => json[name] !== value);
	return [wrong.length > 0 && `the item is ${JSON.stringify(json)} ${error}`];
}

/** A stop is heard at once, whatever is under way. */
const aboutStop = ({ sinceStop = 0 }: Trial): Complaint[] => [
	sinceStop > QUICK && `it ended ${sinceStop} ms after the stop`,
];

/** Real ms: long for a busy machine, and less than the deadlines that a stop could miss, of six seconds and more. */
const QUICK = 5_000;

/** After a stop the ids of all requests stand in one list. */
const idsIn = ({ request_id, request_ids }: IDataObject = {}): unknown[] =>
	Array.isArray(request_ids) ? request_ids : [request_id];

/** An error of an edit that fal has taken names it, in words and for machines. */
function aboutRequestId(trial: Trial): Complaint[] {
	const { expected, row, jobs, result } = trial;
	const job = jobs.at(-1);
	if (!(expected.gives instanceof RegExp) || !job) return [];
	if (row.inDoubt)
		return [!TELLS_DOUBT.test(errorText(trial)) && 'the error does not say where to look'];
	return [
		!errorText(trial).includes(job.id) && 'the description lacks the request id',
		!idsIn(result?.error?.context).includes(job.id) && 'the context lacks the request id',
	];
}

function aboutCalls(trial: Trial): Complaint[] {
	const { expected, row, jobs, late } = trial;
	const { calls } = expected;
	const made = ownCalls(trial);
	const least = typeof calls === 'object' ? calls.atLeast : (calls ?? 0);
	const cancelled = jobs.some(({ cancelRequestedAt }) => cancelRequestedAt !== undefined);
	return [
		jobs.length !== expected.jobs && `${jobs.length} orders, not ${expected.jobs}`,
		typeof calls === 'number' && made !== calls && `${made} calls, not ${calls}`,
		made < least && `${made} calls, not at least ${least}`,
		cancelled !== row.cancelled && `it was ${cancelled ? '' : 'not '}cancelled at fal`,
		late.length > 0 && `calls after the end: ${late.map(({ stage }) => stage).join(' ')}`,
	];
}

/** A fault that never struck proves nothing. */
function aboutFaults({ row, records }: Trial): Complaint[] {
	const struck = (stage: string) =>
		records.some((record) => record.stage === stage && (record.fault ?? '') !== '');
	const silent = row.rules.filter(
		({ stage, kind }) => NOTED.includes(stage) && kind !== 'late-result' && !struck(stage),
	);
	return silent.map(({ stage, kind }) => `the fault ${stage}=${kind} never struck`);
}

/** Stages whose faults the emulator notes with the call; those of downloads stand with the file. */
const NOTED = ['initiate', 'upload', 'submit', 'stream', 'status', 'result', 'cancel'];

/** What is wrong with a row; nothing when all is as the contract wants it. */
export function complaintsOf(trial: Trial): string[] {
	if (!trial.result) return ['it did not end'];
	const found = [
		...trial.leaks,
		...aboutGives(trial),
		...aboutRequestId(trial),
		...aboutStop(trial),
		...aboutCalls(trial),
		...aboutFaults(trial),
	];
	return found.filter((one): one is string => typeof one === 'string');
}
