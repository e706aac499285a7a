import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkDiskSpace } from './checks.mjs';
import { npm } from './npm.mjs';
import { projectRoot, readJson } from './paths.mjs';
import { Problem } from './problem.mjs';

/**
 * npm writes node_modules/.package-lock.json last, and what it lists is what is installed. Comparing
 * the two finds a half-done install, and leaves alone one that was made by hand.
 */
function dependenciesMatchLock() {
	const installedFile = join(projectRoot, 'node_modules', '.package-lock.json');
	if (!existsSync(installedFile)) return false;
	const installed = readJson(installedFile).packages;
	const wanted = readJson(join(projectRoot, 'package-lock.json')).packages;
	return Object.entries(wanted).every(([path, { version, optional }]) => {
		if (path === '') return true;
		// Other platforms' binaries stand in the lock and are not installed.
		return installed[path] ? installed[path].version === version : optional === true;
	});
}

const listsOf = ({ dependencies, devDependencies }) =>
	JSON.stringify([dependencies, devDependencies]);

function checkLockIsCurrent() {
	const manifest = readJson(join(projectRoot, 'package.json'));
	const locked = readJson(join(projectRoot, 'package-lock.json')).packages[''];
	if (listsOf(manifest) === listsOf(locked)) return;
	throw new Problem(
		'package.json and package-lock.json differ. Run npm install once and commit both.',
	);
}

/**
 * Installs exactly what the lock says. Not by `npm ci`, which refuses a lock as soon as the registry
 * has an optional binary, for some other platform, that the one the lock was made from lacked.
 */
export async function ensureDependencies(node24) {
	if (dependenciesMatchLock()) return;
	checkLockIsCurrent();
	checkDiskSpace(1, "the project's own packages");
	// --include=dev: with NODE_ENV=production npm would leave out everything there is.
	const args = ['install', '--no-save', '--ignore-scripts', '--include=dev'];
	await npm("Installing the project's packages", projectRoot, args, {
		node24,
		logName: 'packages',
	});
	if (dependenciesMatchLock()) return;
	throw new Problem(
		'node_modules is not what package-lock.json says. Delete node_modules and run this again.',
	);
}
