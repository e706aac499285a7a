import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { n8nFolder } from './environment';

const run = promisify(execFile);

export interface Manifest {
	name: string;
	version: string;
	author?: { name?: string; email?: string };
	dependencies?: Record<string, string>;
	devDependencies?: unknown;
	peerDependencies?: unknown;
	optionalDependencies?: unknown;
}

const readManifest = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest;
const writeManifest = (file: string, content: object) =>
	writeFileSync(file, JSON.stringify(content, null, 2));

function stripDependencies(file: string): Manifest {
	const { devDependencies, peerDependencies, optionalDependencies, ...kept } = readManifest(file);
	writeManifest(file, kept);
	return kept;
}

// n8n keeps its own list of what it installed, beside its database's.
function enterInLedger(nodesFolder: string, { name, version }: Manifest): void {
	const file = join(nodesFolder, 'package.json');
	const ledger = existsSync(file) ? readManifest(file) : { name: 'installed-nodes', private: true };
	const dependencies = {
		...('dependencies' in ledger ? ledger.dependencies : {}),
		[name]: version,
	};
	writeManifest(file, { ...ledger, dependencies });
}

const npmInstall = [
	'install',
	'--audit=false',
	'--fund=false',
	'--bin-links=false',
	'--install-strategy=shallow',
	'--ignore-scripts=true',
	'--package-lock=false',
];

/**
 * Puts a packed package where n8n puts a community node, by the steps of its own
 * `CommunityPackagesService.downloadPackage`. Its REST call cannot be used: from any registry
 * but the public one it installs only with a paid licence.
 */
export async function installPackage(dataDir: string, tarball: string): Promise<Manifest> {
	const nodesFolder = join(n8nFolder(dataDir), 'nodes');
	const { stdout } = await run('tar', ['-xzOf', tarball, 'package/package.json']);
	const { name } = JSON.parse(stdout) as Manifest;
	const folder = join(nodesFolder, 'node_modules', name);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	const manifest = stripDependencies(join(folder, 'package.json'));
	await run('npm', npmInstall, { cwd: folder, shell: process.platform === 'win32' });
	enterInLedger(nodesFolder, manifest);
	return manifest;
}
