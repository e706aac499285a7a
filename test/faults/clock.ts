/** How many times faster than real time everything here runs. */
export const SPEED = 10;

const real = {
	setTimeout,
	timeout: AbortSignal.timeout.bind(AbortSignal),
	now: Date.now,
	monotonic: performance.now.bind(performance),
};

/** Real ms, for the tests' own waits. */
export const realPause = async (ms: number): Promise<void> =>
	await new Promise((resolve) => real.setTimeout(resolve, ms));

/** Real ms. */
export const realNow = (): number => real.now();

/**
 * Lets time run faster for all in this process: the node, n8n's engine and the emulator. A deadline of
 * three minutes is seen to the end then, and every limit keeps its true proportion to the others.
 */
export function hurryTime(): void {
	const start = real.now();
	const faster = (handler: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
		real.setTimeout(handler, ms / SPEED, ...args);
	globalThis.setTimeout = Object.assign(faster, real.setTimeout) as unknown as typeof setTimeout;
	AbortSignal.timeout = (ms: number) => real.timeout(Math.ceil(ms / SPEED));
	performance.now = () => real.monotonic() * SPEED;
	Date.now = () => start + (real.now() - start) * SPEED;
}
