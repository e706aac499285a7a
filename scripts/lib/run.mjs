import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { logsFolder } from './paths.mjs';

// On Windows npm and the programs in node_modules/.bin are .cmd files, which only a shell starts.
const shell = process.platform === 'win32';

async function exitOf(child) {
	const failure = once(child, 'error').then(([error]) => ({ code: 127, error }));
	const end = once(child, 'close').then(([code, signal]) => ({ code: code ?? 1, signal }));
	return await Promise.race([end, failure]);
}

/** Runs a command with its output in a log file; gives the exit code, the signal that ended it, and the log's path. */
export async function runLogged(logName, command, args, options) {
	mkdirSync(logsFolder, { recursive: true });
	const log = join(logsFolder, `${logName}.log`);
	const out = createWriteStream(log);
	const child = spawn(command, args, { ...options, shell, stdio: ['ignore', 'pipe', 'pipe'] });
	child.stdout.pipe(out, { end: false });
	child.stderr.pipe(out, { end: false });
	const { code, signal, error } = await exitOf(child);
	out.end(error ? String(error) : '');
	await once(out, 'finish');
	return { code, signal, log };
}

/** Runs a command in this terminal, passing signals on, and gives its exit code. */
export async function runHere(command, args, options) {
	const child = spawn(command, args, { ...options, shell, stdio: 'inherit' });
	// A terminal's Ctrl-C already reaches the child; a second one would make it give up its tidy end.
	const onInterrupt = () => process.stdin.isTTY || child.kill('SIGINT');
	const onTerminate = (signal) => child.kill(signal);
	process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate).on('SIGHUP', onTerminate);
	const { code, signal, error } = await exitOf(child);
	process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate).off('SIGHUP', onTerminate);
	if (error) console.error(`${command} could not be started: ${error.message}`);
	return signal ? 130 : code;
}
