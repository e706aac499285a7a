import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { checkDiskSpace } from './checks.mjs';
import { npm } from './npm.mjs';
import { pinnedNodeVersion, toolsFolder } from './paths.mjs';
import { Problem } from './problem.mjs';
import { isReady, markReady, markUnfinished } from './stamp.mjs';

const platforms = { linux: 'linux', darwin: 'darwin', win32: 'win' };
export const folderOf = (version) =>
	join(toolsFolder, version === pinnedNodeVersion ? 'node24' : `node-${version}`);

function packageName() {
	const platform = platforms[process.platform];
	const known = platform && ['x64', 'arm64'].includes(process.arch);
	if (!known || (platform === 'win' && process.arch !== 'x64')) {
		throw new Problem(
			`There is no packaged Node ${pinnedNodeVersion} for ${process.platform} on ${process.arch}. ` +
				'This runs on Linux and macOS (x64, arm64) and on Windows (x64).',
		);
	}
	return `node-${platform}-${process.arch}`;
}

function locate(version) {
	const nodedir = join(folderOf(version), 'node_modules', packageName());
	const node = join(nodedir, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
	return { node, nodedir, binFolder: dirname(node) };
}

function checkItRuns(node, version) {
	const found = existsSync(node) && execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
	if (found !== `v${version}`) {
		throw new Problem(`Node ${version} was installed, but ${node} answers ${found}.`);
	}
}

/** A Node of one exact version for everybody, whatever the one is that started this. */
export async function ensureNode(version = pinnedNodeVersion) {
	const folder = folderOf(version);
	const found = locate(version);
	const key = `${packageName()}@${version}`;
	if (isReady(folder, key) && existsSync(found.node)) return found;
	checkDiskSpace(0.5, `Node ${version}`);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	markUnfinished(folder);
	writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
	const args = ['install', key, '--ignore-scripts', '--no-save', '--no-package-lock'];
	await npm(`Installing Node ${version}`, folder, args, { logName: 'node24' });
	checkItRuns(found.node, version);
	markReady(folder, key);
	return found;
}
