import fc from 'fast-check';
import type { Emulator } from '../../emulator';
import { startFal } from '../bench';
import { realNow, realPause, SPEED } from '../clock';
import { complaints, unnamed } from './hold';
import { histories, type History } from './history';
import { keepLog } from './log';
import { play } from './play';
import { timeCalls } from './timedCalls';

/** Most of a history is waiting; more at once only make each one slower. */
const SIDE_BY_SIDE = 32;
/** What a wait left behind would still do, it does within this, in real ms. */
const AFTERWARDS = 1_000 / SPEED;
/** How long a failing history is made smaller, in real ms: each try takes seconds, and there are many. */
const SHRINKING = 120_000;

/**
 * Executions with faults, stops and retries at random, in a world that is drawn anew for each.
 *
 * @returns whether all held
 */
export async function randomHistories(seed: number, count: number): Promise<boolean> {
	const start = realNow();
	keepLog();
	const timed = await startFal();
	const calls = timeCalls(timed);
	const sums = { executions: 0, deaths: 0, orders: 0, doubtful: 0 };
	let played = 0;
	const holds = async (fal: Emulator, history: History) => {
		const done = await play(history, fal, `h${played++}`, calls);
		await realPause(AFTERWARDS);
		sums.executions += done.results.length;
		sums.deaths += Number(done.diedAt !== undefined);
		sums.orders += done.jobs.length;
		sums.doubtful += (await unnamed(done)).length;
		const wrong = await complaints(fal, done);
		if (wrong.length > 0) throw new Error(wrong.join('; '));
	};
	// Each lane has a fal of its own, which looks through its requests over and over: with few of them, quickly.
	const lane = async (at: number) => {
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
		const numRuns = Math.ceil(count / SIDE_BY_SIDE);
		const done = await fc.check(property, { seed: seed + at, numRuns, endOnFailure: false });
		await fal.close();
		return done;
	};
	console.log(`\n── ${count} histories (--histories ${seed} --count ${count} repeats them)`);
	const lanes = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, at) => lane(at)));
	const failed = lanes.filter((one) => one.failed);
	for (const one of failed)
		console.log(`\nWRONG  ${String(one.errorInstance)}\n${fc.defaultReportMessage(one)}`);
	calls.stop();
	await timed.close();
	const seconds = Math.round((realNow() - start) / 1_000);
	console.log(
		`${played} histories in ${seconds} s: ${sums.executions} executions, ${sums.deaths} of an n8n that died in the middle, ${sums.orders} orders, ${failed.length} wrong (paid and not named, told as such, since fal's history was too late or a stop came first: ${sums.doubtful})`,
	);
	return failed.length === 0;
}
