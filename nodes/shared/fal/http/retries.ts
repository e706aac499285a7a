import { attempt } from '../../flow/attempt';
import { FalFailure, isPassing, type FailureFacts } from '../failure';
import { RETRY } from '../../limits';
import { pause } from '../../flow/pause';

/** The pause before the next try, in ms: fal's own Retry-After where it gives one, else growing. */
export function pauseBeforeTry(failed: number, facts: FailureFacts): number {
	const asked = Number(facts.headers?.['retry-after']);
	const own = RETRY.first * RETRY.growth ** (failed - 1);
	return Math.min(asked > 0 ? asked * 1_000 : own, RETRY.longest);
}

/**
 * Runs what may be repeated freely (reads, uploads, downloads), again with growing pauses while it
 * fails for a passing reason.
 *
 * @param again which failures are worth another try, with the number of tries so far
 * @throws the last failure, or the signal's reason once it is aborted
 */
export async function withRetries<T>(
	run: () => Promise<T>,
	signal?: AbortSignal,
	again: (facts: FailureFacts, tried: number) => boolean = isPassing,
	tries: number = RETRY.tries,
): Promise<T> {
	for (let tried = 1; ; tried++) {
		const outcome = await attempt(run);
		if ('value' in outcome) return outcome.value;
		const { error } = outcome;
		const facts = error instanceof FalFailure ? error.facts : undefined;
		if (!facts || tried >= tries || !again(facts, tried) || signal?.aborted) throw error;
		await pause(pauseBeforeTry(tried, facts), signal);
	}
}
