import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const projectRoot = join(__dirname, '..', '..');

interface Manifest {
	name: string;
	version: string;
	dependencies: { n8n: string };
}

const readManifest = (path: string) =>
	JSON.parse(readFileSync(join(projectRoot, path), 'utf8')) as Manifest;

/** The n8n that everything is tested with; the file npm installs it from says which. */
export const pinnedN8nVersion = readManifest('scripts/n8n/package.json').dependencies.n8n;

export const majorOf = (version: string) => Number(version.split('.')[0]);

/** Where `scripts/toolchain.mjs` put n8n. */
export function n8nProgram(version: string): string {
	const folder = join(projectRoot, '.tools', `n8n-${version}`);
	if (existsSync(join(folder, '.ready'))) return join(folder, 'node_modules/n8n/bin/n8n');
	throw new Error(`n8n ${version} is not installed. Run: node scripts/toolchain.mjs`);
}

/** Where Node keeps n8n's code once it is compiled. */
export const compileCache = (version: string) =>
	join(projectRoot, '.tools', `n8n-${version}`, '.compile-cache');

/** Where `scripts/pack.mjs` put the packed project. */
export function packedProject(): string {
	const { name, version } = readManifest('package.json');
	const file = join(projectRoot, '.tools/pack', `${name}-${version}.tgz`);
	if (existsSync(file)) return file;
	throw new Error('The project is not packed. Run: node scripts/pack.mjs');
}
