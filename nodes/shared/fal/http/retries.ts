import { attempt } from '../../flow/attempt';
import { FalFailure, isPassing, type FailureFacts } from '../failure';
import { RETRY } from '../../limits';
import { pause } from '../../flow/pause';

/** Seconds, as a number or in words; of several, as two servers on the way join them, the first. */
const SECONDS = /^\s*\+?(\d+(?:\.\d*)?)\s*(?:s(?:ec(?:ond)?s?)?)?\s*(?:,|$)/i;

/** A date has the name of its month, or begins with its year; what else Node takes for one is a number gone wrong. */
const DATE = /[a-z]{3}|^\s*\d{4}-/i;

/**
 * When fal says to come again, by `Retry-After`: seconds, or a date by the clock of whoever gives it.
 *
 * @returns ms from now; undefined where it does not say
 */
function toldPause({ headers }: FailureFacts): number | undefined {
	const { 'retry-after': told = '', date = '' } = headers ?? {};
	const there = Date.parse(date) || Date.now();
	const seconds = SECONDS.exec(told)?.[1];
	const until = DATE.test(told) ? Date.parse(told) : NaN;
	const ms = seconds === undefined ? until - there : Number(seconds) * 1_000;
	return ms > 0 ? ms : undefined;
}

/** The pause before the next try, in ms: as fal says, else growing. */
export const pauseBeforeTry = (failed: number, facts: FailureFacts): number =>
	toldPause(facts) ?? Math.min(RETRY.first * RETRY.growth ** (failed - 1), RETRY.longest);

interface RetryOptions {
	/** which failures are worth another try, with the number of tries so far */
	again?: (facts: FailureFacts, tried: number) => boolean;
	/** the most tries; one that fal has told when to come does not count where there is a `until` */
	tries?: number;
	/** until when fal may put it off, as `performance.now()` */
	until?: number;
	/** asked each second of a pause; what it throws ends it */
	isWanted?: () => void;
}

async function pauseWhileWanted(ms: number, signal?: AbortSignal, isWanted?: () => void) {
	let left = ms;
	for (; left > 1_000; left -= 1_000) {
		await pause(1_000, signal);
		isWanted?.();
	}
	await pause(left, signal);
}

/**
 * Runs what may be repeated, again with growing pauses while it fails for a passing reason. Where fal says when
 * to come again it is done then, or not at all where that is too late.
 *
 * @throws the last failure; the signal's reason once it is aborted; what `isWanted` throws
 */
export async function withRetries<T>(
	run: () => Promise<T>,
	signal?: AbortSignal,
	{ again = isPassing, tries = RETRY.tries, until, isWanted }: RetryOptions = {},
): Promise<T> {
	const latest = until ?? performance.now() + RETRY.told;
	for (let tried = 1, counted = 1; ; tried++) {
		const outcome = await attempt(run);
		if ('value' in outcome) return outcome.value;
		const { error } = outcome;
		const facts = error instanceof FalFailure ? error.facts : undefined;
		if (!facts || !again(facts, tried) || signal?.aborted) throw error;
		const told = toldPause(facts);
		const isFree = told !== undefined && until !== undefined;
		const ms = pauseBeforeTry(counted, facts);
		if (!isFree && counted++ >= tries) throw error;
		if (told !== undefined && performance.now() + told > latest) throw error;
		await pauseWhileWanted(ms, signal, isWanted);
	}
}
