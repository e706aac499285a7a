import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { projectRoot } from './paths.mjs';

const require = createRequire(import.meta.url);

// What is imported as a type only is gone before anything runs.
const specifiers = /(?:^|[;\n])\s*(?:import|export)(?!\s+type\b)[^;'"]*['"]([^'"]+)['"]/g;

const endings = ['', '.ts', '/index.ts'];

const isFile = (path) => existsSync(path) && statSync(path).isFile();

/** The file that an import of a file of ours names; for a package its name. */
function resolve(from, specifier) {
	if (!specifier.startsWith('.')) return specifier;
	const path = join(dirname(from), specifier);
	return endings.map((ending) => path + ending).find(isFile);
}

function importsOf(file) {
	if (!file.endsWith('.ts')) return [];
	const found = [...readFileSync(file, 'utf8').matchAll(specifiers)];
	return found.map(([, specifier]) => resolve(file, specifier)).filter(Boolean);
}

/** Everything that a file brings with it, files and names of packages. */
function reachedFrom(file, reached = new Set()) {
	if (reached.has(file)) return reached;
	reached.add(file);
	if (isFile(file)) importsOf(file).forEach((next) => reachedFrom(next, reached));
	return reached;
}

const slow = ['n8n-core', join(projectRoot, 'test/emulator/server.ts')];

const unitTests = () =>
	require('fast-glob')
		.sync(['test/**/*.test.ts'], { cwd: projectRoot, ignore: ['test/e2e/**', 'test/queue/**'] })
		.sort()
		.map((path) => join(projectRoot, path));

/** The unit tests that need neither n8n's engine nor the emulator, and how many others there are. */
export function quickTests() {
	const all = unitTests();
	const quick = all.filter((file) => {
		const reached = reachedFrom(file);
		return !slow.some((one) => reached.has(one));
	});
	return {
		files: quick.map((file) => relative(projectRoot, file).replaceAll('\\', '/')),
		leftOut: all.length - quick.length,
	};
}
