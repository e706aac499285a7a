import type { CallRecord, Emulator, Job } from '../emulator';
import type { NodeResult } from '../support/engine';
import { areImages, KEY, runRow, startFal, type RowRun } from './bench';
import { realNow, realPause, SPEED } from './clock';
import type { Expected, Row } from './row';
import { leaksIn } from './secrets';

/** Longer than any row takes, also on a busy machine, in real ms. */
const ENDLESS = 600_000;

/** What a row's run has come to. */
export interface Trial {
	row: Row;
	expected: Expected;
	retryOnFail: boolean;
	/** absent when the node did not come back */
	result?: NodeResult;
	images: boolean;
	jobs: Job[];
	records: CallRecord[];
	leaks: string[];
	/** calls that came after the node had ended */
	late: CallRecord[];
	/** real ms from a stop to the end of the node */
	sinceStop?: number;
}

async function withoutEnd(work: Promise<RowRun>): Promise<RowRun | undefined> {
	return await Promise.race([work, realPause(ENDLESS).then(() => undefined)]);
}

/** Longer than fal is asked to cancel, in real ms. */
const CANCELLED = 60_000;

/** A wait left behind would look at fal again within this, in real ms. */
const AFTERWARDS = 5_000 / SPEED;

/** Nothing of the node waits for the cancel that a stop sends. */
async function untilCancelled({ jobs }: Emulator): Promise<void> {
	const giveUp = realNow() + CANCELLED;
	const isCancelled = () => jobs.some(({ cancelRequestedAt }) => cancelRequestedAt !== undefined);
	while (!isCancelled() && realNow() < giveUp) await realPause(2);
}

async function observe(row: Row, fal: Emulator, retryOnFail: boolean): Promise<Trial> {
	const { result, sinceStop } = (await withoutEnd(runRow(row, fal, retryOnFail))) ?? {};
	const endedAt = Date.now();
	if (row.cancelled) await untilCancelled(fal);
	await realPause(AFTERWARDS);
	// A cancel may still go out after a stop, since nothing waits for it, and so may a price on its way.
	const free = row.ask.stop ? ['cancel', 'pricing'] : ['cancel'];
	const isLate = ({ time, stage }: CallRecord) => time > endedAt && !free.includes(stage);
	return {
		row,
		retryOnFail,
		expected: retryOnFail ? row.again : row,
		result,
		images: await areImages(result?.outputs[0] ?? []),
		jobs: [...fal.jobs],
		records: [...fal.records],
		leaks: result ? leaksIn([result], fal, row.ask.apiKey ?? KEY) : [],
		late: fal.records.filter(isLate),
		sinceStop,
	};
}

export async function tryRow(row: Row, retryOnFail: boolean): Promise<Trial> {
	const fal = await startFal();
	try {
		return await observe(row, fal, retryOnFail);
	} finally {
		await fal.close();
	}
}

export const errorText = ({ result }: Trial): string => {
	const { message, description } = result?.error ?? {};
	return [message, description].filter(Boolean).join(' ');
};

/** Calls of the row's own stage. */
export const ownCalls = ({ row, records }: Trial): number =>
	records.filter(({ stage }) => stage === (row.stage === 'credential' ? 'initiate' : row.stage))
		.length;

/** All that the user gets to read. */
export const told = ({ result }: Trial): string =>
	JSON.stringify([
		result?.outputs.flat().map(({ json }) => json),
		result?.error?.message,
		result?.error?.description,
		result?.error?.context,
	]);
