import { sleep } from 'n8n-workflow';

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
