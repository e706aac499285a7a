// Lints what differs from main: commits of this branch, and what is not committed yet.
import './lib/require-node20.mjs';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { projectRoot } from './lib/paths.mjs';
import { runMain } from './lib/problem.mjs';
import { runHere } from './lib/run.mjs';

const git = (...args) => execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' });

const hasBranch = (name) =>
	spawnSync('git', ['rev-parse', '--verify', '--quiet', name], { cwd: projectRoot }).status === 0;

/** Where this branch has left main; on main itself, what was pushed last. */
function base() {
	const main = ['origin/main', 'main'].find(hasBranch);
	return main ? git('merge-base', 'HEAD', main).trim() : 'HEAD';
}

function changedFiles() {
	const changed = git('diff', '--name-only', '--relative', base());
	const added = git('ls-files', '--others', '--exclude-standard');
	return [...new Set(`${changed}${added}`.split('\n'))].filter(
		(file) => /\.(ts|mjs|js|json)$/.test(file) && existsSync(file),
	);
}

await runMain(async () => {
	const files = changedFiles();
	if (files.length === 0) return console.log('Nothing differs from main: nothing to lint.');
	console.log(`Lints ${files.length} files that differ from main.`);
	const flags = ['--flag', 'unstable_config_lookup_from_file', '--no-warn-ignored'];
	process.exitCode = await runHere('eslint', [...flags, ...files], { cwd: projectRoot });
});
