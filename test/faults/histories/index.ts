import fc from 'fast-check';
import type { Emulator } from '../../emulator';
import { nodeOfAnotherProcess } from '../../support/anotherProcess';
import { useProcessedData } from '../../support/processedData';
import { startFal } from '../bench';
import { realNow, realPause, SPEED } from '../clock';
import { complaints, unnamed } from './hold';
import { histories, type History } from './history';
import { keepLog } from './log';
import { dead, play } from './play';
import type { Played } from './played';
import { timeAnswers, timeCalls } from './timedCalls';

/** Histories at once in a process, each lane with a seed of its own: more only make each one slower. */
export const LANES = 34;
/** What a wait left behind would still do, it does within this, in real ms. */
const AFTERWARDS = 1_000 / SPEED;
/** How long a failing history is made smaller, in real ms: each try takes seconds, and there are many. */
const SHRINKING = 120_000;

/** What was played, in numbers. */
interface Sums {
	histories: number;
	executions: number;
	deaths: number;
	retries: number;
	orders: number;
	doubtful: number;
}

async function addTo(sums: Sums, done: Played): Promise<void> {
	sums.executions += done.executions;
	sums.deaths += Number(done.diedAt !== undefined);
	sums.retries += done.retriesOfKilled;
	sums.orders += done.jobs.length;
	sums.doubtful += (await unnamed(done)).length;
}

const inWords = ({ histories: all, executions, deaths, retries, orders, doubtful }: Sums) =>
	[`${all} histories`, `${executions} executions`, `${deaths} deaths of n8n`].join(', ') +
	`, ${retries} retries of an execution that n8n died in, ${orders} orders` +
	` (paid and not named, told as such, since fal's history was too late or a stop came first: ${doubtful})`;

/** Histories one after the other, with a fal of their own: it looks through its requests over and over, so few of them. */
async function lane(
	seed: number,
	numRuns: number,
	holds: (fal: Emulator, history: History) => Promise<void>,
) {
	const fal = await startFal();
	let failedAt: number | undefined;
	const property = fc.asyncProperty(histories, async (history) => {
		if (failedAt !== undefined && realNow() > failedAt + SHRINKING) return;
		await holds(fal, history).catch((error: unknown) => {
			if (failedAt === undefined) console.log(`\nWRONG, to be made smaller: ${String(error)}`);
			failedAt ??= realNow();
			throw error;
		});
	});
	const done = await fc.check(property, { seed, numRuns, endOnFailure: false });
	await fal.close();
	return done;
}

/**
 * Executions with faults, stops and retries at random, in a world that is drawn anew for each.
 *
 * @returns whether all held
 */
export async function randomHistories(seed: number, count: number): Promise<boolean> {
	const start = realNow();
	keepLog();
	timeAnswers();
	await useProcessedData((nodeId) => dead.has(nodeId));
	const processes = [0, 1, 2].map(nodeOfAnotherProcess);
	const timed = await startFal();
	const calls = timeCalls(timed);
	const sums = { histories: 0, executions: 0, deaths: 0, retries: 0, orders: 0, doubtful: 0 };
	const holds = async (fal: Emulator, history: History) => {
		const done = await play(history, fal, `h${sums.histories++}`, calls, processes);
		await realPause(AFTERWARDS);
		await addTo(sums, done);
		const wrong = await complaints(fal, done);
		if (wrong.length > 0) throw new Error(wrong.join('; '));
	};
	const numRuns = Math.ceil(count / LANES);
	console.log(`\n── ${count} histories (--histories ${seed} --count ${count} repeats them)`);
	const lanes = await Promise.all(
		Array.from({ length: LANES }, async (_, at) => await lane(seed + at, numRuns, holds)),
	);
	const failed = lanes.filter((one) => one.failed);
	for (const one of failed)
		console.log(`\nWRONG  ${String(one.errorInstance)}\n${fc.defaultReportMessage(one)}`);
	calls.stop();
	await timed.close();
	const seconds = Math.round((realNow() - start) / 1_000);
	console.log(`${inWords(sums)}, in ${seconds} s: ${failed.length} wrong`);
	return failed.length === 0;
}
