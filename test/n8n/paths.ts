import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const projectRoot = join(__dirname, '..', '..');

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, never>;

/** The n8n that everything is tested with; the file npm installs it from says which. */
export const pinnedN8nVersion: string = readJson(join(projectRoot, 'scripts/n8n/package.json'))
	.dependencies['n8n'];

/** Where `scripts/toolchain.mjs` put n8n. */
export function n8nProgram(version: string): string {
	const folder = join(projectRoot, '.tools', `n8n-${version}`);
	if (existsSync(join(folder, '.ready'))) return join(folder, 'node_modules/n8n/bin/n8n');
	throw new Error(`n8n ${version} is not installed. Run: node scripts/toolchain.mjs ${version}`);
}

/** Where `scripts/pack.mjs` put the packed project. */
export function packedProject(): string {
	const { name, version } = readJson(join(projectRoot, 'package.json'));
	const file = join(projectRoot, '.tools/pack', `${name}-${version}.tgz`);
	if (existsSync(file)) return file;
	throw new Error('The project is not packed. Run: node scripts/pack.mjs');
}
