// n8n's own scan for verified community nodes, both legs: the sources, and what is packed.
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

const folder = await mkdtemp(path.join(tmpdir(), 'nano-banana-scan-'));

/** The sources as n8n's scan gets them: a checkout without dependencies. */
async function sources() {
	const target = path.join(folder, 'source');
	for (const name of ['package.json', 'nodes', 'credentials', 'icons']) {
		await cp(name, path.join(target, name), { recursive: true });
	}
	return target;
}

/** What users download: packed by npm and unpacked again. */
function packed() {
	const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
	const [{ filename }] = JSON.parse(
		execFileSync(npm, ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' }),
	);
	execFileSync('tar', ['-xzf', filename], { cwd: folder });
	return path.join(folder, 'package');
}

const legs = [
	['sources', await sources(), SOURCE_FILE_PATTERNS],
	['package', packed(), ['**/*.js', 'package.json']],
];
try {
	for (const [name, directory, patterns] of legs) {
		const { passed, message, details } = await analyzePackage(directory, patterns);
		// The scan calls an empty folder clean; that would be a check that cannot fail.
		const good = passed && message === undefined;
		console.log(`${good ? 'PASSED' : 'FAILED'} n8n package scan, ${name}`);
		if (!good) {
			console.log(details ?? message);
			process.exitCode = 1;
		}
	}
} finally {
	await rm(folder, { recursive: true, force: true });
}
