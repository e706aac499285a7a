import { existsSync, readFileSync } from 'node:fs';
import type { Daemon } from './childProcess';

const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

const tailOf = (logFile: string) =>
	existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n').slice(-30).join('\n') : '';

export interface Waiting {
	/** For the error: what did not get ready. */
	name: string;
	daemon: Daemon;
	logFile: string;
	timeoutMs: number;
}

/** Waits until a program answers; one that never does is ended. */
export async function waitUntilReady(
	isReady: () => Promise<boolean>,
	{ name, daemon, logFile, timeoutMs }: Waiting,
): Promise<void> {
	const deadline = Date.now() + timeoutMs;
	while (!(await isReady())) {
		if (daemon.hasEnded) {
			throw new Error(`${name} ended while starting (${await daemon.ended}):\n${tailOf(logFile)}`);
		}
		if (Date.now() > deadline) {
			await daemon.kill();
			throw new Error(`${name} was not ready after ${timeoutMs / 1000} s:\n${tailOf(logFile)}`);
		}
		await sleep(100);
	}
}
