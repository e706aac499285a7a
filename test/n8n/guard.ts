import { spawn } from 'node:child_process';

const script = 'read -r nothing; kill -s "$2" -- "-$1"';

/**
 * Ends a process group when this process is gone, however it went: Ctrl-C, a kill, a crash. An `exit`
 * handler hears of none of these, and under jest, which gives tests a copy of `process`, of nothing.
 * Gives a function that calls the guard off.
 */
export function guardGroup(pid: number, signal: NodeJS.Signals): () => void {
	const args = ['-c', script, 'guard', String(pid), signal.replace(/^SIG/, '')];
	// It waits for its input to end, and in a group of its own Ctrl-C does not reach it.
	const guard = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
	guard.unref();
	guard.stdin.on('error', () => undefined);
	return () => guard.kill('SIGKILL');
}
