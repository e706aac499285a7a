import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildToolsAdvice, checkDiskSpace, missingBuildTools } from './checks.mjs';
import { npm } from './npm.mjs';
import { pinnedN8nFolder, pinnedN8nVersion, pinnedNodeVersion, toolsFolder } from './paths.mjs';
import { Problem } from './problem.mjs';
import { hashOf, isReady, markReady, markUnfinished } from './stamp.mjs';

const lockFile = join(pinnedN8nFolder, 'package-lock.json');

export const folderOf = (version) => join(toolsFolder, `n8n-${version}`);

// Only the pinned version has a lock; another one is for a look at how things are there.
function layOut(folder, version) {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	markUnfinished(folder);
	const manifest = {
		name: 'pinned-n8n',
		private: true,
		license: 'MIT',
		dependencies: { n8n: version },
		// n8n 1 takes it from an address beside npm's registry, which many networks do not reach.
		...(version.startsWith('1.') && { overrides: { xlsx: 'npm:@e965/xlsx@0.20.3' } }),
	};
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, '\t'));
	if (version === pinnedN8nVersion) copyFileSync(lockFile, join(folder, 'package-lock.json'));
}

function databaseDriverFault(folder, builder) {
	const check = spawnSync(builder.node, ['-e', "require('sqlite3')"], {
		cwd: folder,
		encoding: 'utf8',
	});
	return check.status === 0 ? undefined : check.stderr;
}

function noteMissingBuildTools() {
	const missing = missingBuildTools();
	if (missing.length === 0) return;
	console.log(
		`  Note: ${missing.join(', ')} not found. That is fine where n8n's database driver (sqlite3)\n` +
			`  can be downloaded ready-made; should that fail below, install: ${buildToolsAdvice()}`,
	);
}

function explainBuildFailure(cause) {
	const missing = missingBuildTools();
	const reason = missing.length
		? `To compile it this machine lacks: ${missing.join(', ')}. Install:`
		: 'It could not be compiled. If the log names a missing tool, install:';
	return new Problem(
		`n8n's database driver (sqlite3) could neither be downloaded nor built.\n${reason}\n` +
			`  ${buildToolsAdvice()}\nand run the same command again.\n\n${cause}`,
	);
}

// n8n is installed without install scripts, as most of them fetch things that are not needed to
// run it; the database driver is the one part that does not work without its own.
async function buildDatabaseDriver(folder, builder) {
	const args = ['rebuild', 'sqlite3', '--ignore-scripts=false', '--foreground-scripts'];
	const what = "Building n8n's database driver (sqlite3)";
	try {
		await npm(what, folder, args, { node24: builder, logName: 'n8n-sqlite3' });
	} catch (error) {
		throw explainBuildFailure(error.message);
	}
	const fault = databaseDriverFault(folder, builder);
	if (fault) throw explainBuildFailure(fault);
}

/**
 * @param builder the Node whose headers the database driver is built with: a newer Node runs it too, an
 *   older one crashes
 */
export async function ensureN8n(node24, version = pinnedN8nVersion, builder = node24) {
	const folder = folderOf(version);
	const key = hashOf(
		version,
		pinnedNodeVersion,
		process.platform,
		process.arch,
		readFileSync(lockFile),
	);
	if (isReady(folder, key)) return folder;
	checkDiskSpace(4, `n8n ${version}`);
	noteMissingBuildTools();
	layOut(folder, version);
	// Not `npm ci`: it refuses the lock wherever a registry has an optional binary that another lacks.
	const what = `Installing n8n ${version} (about 2400 packages, some minutes the first time)`;
	const args = ['install', '--ignore-scripts', '--omit=dev'];
	await npm(what, folder, args, { node24, logName: 'n8n-install' });
	await buildDatabaseDriver(folder, builder);
	markReady(folder, key);
	return folder;
}
