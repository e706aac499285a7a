import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { projectRoot } from './paths.mjs';
import { Problem } from './problem.mjs';

const gigabyte = 1024 ** 3;

export function checkDiskSpace(neededGigabytes, what) {
	const { bavail, bsize } = statfsSync(projectRoot);
	const free = (bavail * bsize) / gigabyte;
	if (free >= neededGigabytes) return;
	throw new Problem(
		`Not enough disk space for ${what}: it takes up to ${neededGigabytes} GB, and ` +
			`${free.toFixed(1)} GB are free on the disk that holds ${projectRoot}.\n` +
			'Free some space and run the same command again; it goes on where it stopped.',
	);
}

const canRun = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** What node-gyp needs and this machine lacks. */
export function missingBuildTools() {
	// On Windows node-gyp looks the compiler up by itself, it is on no path.
	if (process.platform === 'win32') return [];
	const anyOf = (commands) => commands.some(canRun);
	return [
		['a C++ compiler', [process.env.CXX, 'c++', 'g++', 'clang++'].filter(Boolean)],
		['make', ['make', 'gmake']],
		['python3', [process.env.PYTHON, 'python3', 'python'].filter(Boolean)],
	]
		.filter(([, commands]) => !anyOf(commands))
		.map(([name]) => name);
}

/** How to get the build tools on this kind of machine. */
export function buildToolsAdvice() {
	if (process.platform === 'darwin') return 'xcode-select --install';
	if (process.platform === 'win32') {
		return 'Python 3 and the "Desktop development with C++" part of the Visual Studio Build Tools';
	}
	return "sudo apt-get install build-essential python3   (or your distribution's like)";
}

function isPortFree(port) {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}

export async function checkPortFree(port, flag, what) {
	if (await isPortFree(port)) return;
	throw new Problem(
		`Port ${port}, meant for ${what}, is in use by another program ` +
			`(another n8n, or an earlier start that still runs?).\n` +
			`End that program, or choose another port: npm start -- ${flag} ${port + 1}`,
	);
}
