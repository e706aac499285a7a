import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toolsFolder } from './paths.mjs';

const lockFile = join(toolsFolder, 'installing.pid');

function ownerIsAlive() {
	try {
		process.kill(Number(readFileSync(lockFile, 'utf8')), 0);
		return true;
	} catch {
		return false;
	}
}

function tryLock() {
	try {
		writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') throw error;
		// Left behind by a run that was killed.
		if (!ownerIsAlive()) rmSync(lockFile, { force: true });
		return false;
	}
}

/** Two installs into one folder spoil each other: `npm start` beside `npm test`, say. */
export async function withInstallLock(work) {
	mkdirSync(toolsFolder, { recursive: true });
	for (let waited = 0; !tryLock(); waited++) {
		if (waited === 5) console.log('• waiting for another install in this folder to end …');
		await sleep(200);
	}
	try {
		return await work();
	} finally {
		rmSync(lockFile, { force: true });
	}
}
