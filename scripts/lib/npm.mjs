import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { npmEnvironment } from './environment.mjs';
import { Problem } from './problem.mjs';
import { withProgress } from './progress.mjs';
import { runLogged } from './run.mjs';

// yarn and pnpm set npm_execpath too, to themselves.
function startedByNpm() {
	const path = process.env.npm_execpath;
	return path && basename(path).startsWith('npm-cli') && existsSync(path) ? path : undefined;
}

function npmCommand(node24) {
	const cli = startedByNpm();
	return cli ? [node24?.node ?? process.execPath, [cli]] : ['npm', []];
}

const explanations = [
	[/ENOSPC/, 'The disk is full. Free some space and try again.'],
	[
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
		'The npm registry could not be reached. Check the internet connection (and the proxy, ' +
			'if there is one: npm config get proxy), then try again.',
	],
	[/CERT|SELF_SIGNED/, "The npm registry's certificate was refused. See npm config get cafile."],
	[/EACCES|EPERM/, "npm may not write here. Check who owns this folder and npm's cache."],
	[/spawn npm ENOENT|npm: not found/, 'npm was not found. It comes with Node: https://nodejs.org'],
];

function explain(what, log) {
	const text = readFileSync(log, 'utf8');
	const known = explanations.find(([pattern]) => pattern.test(text));
	return new Problem(
		`${what}: this failed.\n${known ? known[1] : 'npm says why in its log.'}\nThe log: ${log}`,
	);
}

// npm's own waits between tries are so long that a missing connection takes over a minute to show.
const retries = ['--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=8000'];
const quiet = ['--no-audit', '--no-fund', '--no-update-notifier'];

// npm can wait for ever for the rest of a package; what it has fetched by then is in its cache.
const patience = { minutes: 8, tries: 4 };

/** Runs npm in a folder with progress, again where it does not end; a failure is explained. */
export async function npm(what, folder, args, { node24, logName }) {
	const [command, first] = npmCommand(node24);
	const all = [...first, ...args, ...quiet, ...retries];
	const limit = { timeout: patience.minutes * 60_000, killSignal: 'SIGKILL' };
	const options = { cwd: folder, env: npmEnvironment(node24), ...limit };
	await withProgress(what, async () => {
		for (let tried = 1; ; tried++) {
			const { code, signal, log } = await runLogged(logName, command, all, options);
			if (code === 0) return;
			if (signal !== 'SIGKILL') throw explain(what, log);
			if (tried >= patience.tries) throw new Problem(`${what}: npm does not end. Try again later.`);
			console.log(`  npm has not ended after ${patience.minutes} min: once more`);
		}
	});
}
