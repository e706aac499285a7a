import { sleep } from 'n8n-workflow';
import { attempt, type Outcome } from './attempt';

/** n8n before 2.34 has a sleep that knows no signal; slices keep a stop quick there too. */
const SLICE = 1_000;

/**
 * Waits `ms`, or until `signal` is aborted.
 *
 * @throws the signal's reason once it is aborted
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
	for (let left = ms; left > 0; left -= SLICE) {
		signal?.throwIfAborted();
		await sleep(Math.min(left, SLICE), signal);
	}
	signal?.throwIfAborted();
}

/** Does something after `ms`, unless `signal` is aborted before. */
export function after(ms: number, signal: AbortSignal, act: () => void): void {
	pause(ms, signal).then(act, () => undefined);
}

/**
 * Waits for something that goes on, for `ms` at the most.
 *
 * @returns what came of it; undefined where it takes longer
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<Outcome<T> | undefined> {
	const isOver = new AbortController();
	const late = new Promise<undefined>((resolve) =>
		after(ms, isOver.signal, () => resolve(undefined)),
	);
	const outcome = await Promise.race([attempt(async () => await work), late]);
	isOver.abort();
	return outcome;
}

/**
 * Waits for something that goes on, whoever waits for it.
 *
 * @throws the signal's reason once it is aborted
 */
export async function orAborted<T>(work: T | Promise<T>, signal?: AbortSignal): Promise<T> {
	if (!signal) return await work;
	let stop = () => {};
	const aborted = new Promise<never>((_, reject) => {
		stop = () => reject(signal.reason as Error);
		signal.addEventListener('abort', stop, { once: true });
		if (signal.aborted) stop();
	});
	return await Promise.race([work, aborted]).finally(() =>
		signal.removeEventListener('abort', stop),
	);
}
