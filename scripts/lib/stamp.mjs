import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const hashOf = (...texts) => {
	const hash = createHash('sha256');
	for (const text of texts) hash.update(text).update('\0');
	return hash.digest('hex');
};

const stampFile = (folder) => join(folder, '.ready');

/** A stamp is written last, so a folder without one was never finished. */
export const isFinished = (folder) => existsSync(stampFile(folder));

export const isReady = (folder, key) =>
	isFinished(folder) && readFileSync(stampFile(folder), 'utf8') === key;

export const markReady = (folder, key) => writeFileSync(stampFile(folder), key);

export const markUnfinished = (folder) => rmSync(stampFile(folder), { force: true });
