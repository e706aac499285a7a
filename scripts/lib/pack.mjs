import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectEnvironment } from './environment.mjs';
import { npm } from './npm.mjs';
import { projectRoot, readJson, toolsFolder } from './paths.mjs';
import { Problem } from './problem.mjs';
import { withProgress } from './progress.mjs';
import { runLogged } from './run.mjs';
import { hashOf, isReady, markReady } from './stamp.mjs';

const folder = join(toolsFolder, 'pack');

const sources = [
	'nodes',
	'credentials',
	'icons',
	'scripts/build',
	'gulpfile.js',
	'index.js',
	'LICENSE',
	'README.md',
	'package.json',
	'package-lock.json',
	'tsconfig.json',
	'tsconfig.build.json',
];

function filesIn(path) {
	if (!existsSync(path)) return [];
	if (!statSync(path).isDirectory()) return [path];
	return readdirSync(path)
		.sort()
		.flatMap((name) => filesIn(join(path, name)));
}

function hashOfSources() {
	const files = sources.flatMap((source) => filesIn(join(projectRoot, source)));
	return hashOf(...files.flatMap((file) => [relative(projectRoot, file), readFileSync(file)]));
}

export async function build(node24) {
	await withProgress('Building the node', async () => {
		const options = { cwd: projectRoot, env: projectEnvironment(node24) };
		const { code, log } = await runLogged('build', 'gulp', ['build'], options);
		if (code !== 0) throw new Problem(`The build failed:\n${readFileSync(log, 'utf8')}`);
	});
}

/** Builds and packs the project, unless nothing has changed since the last time; gives the package's path. */
export async function ensurePacked(node24) {
	const { name, version } = readJson(join(projectRoot, 'package.json'));
	const file = join(folder, `${name}-${version}.tgz`);
	const key = hashOfSources();
	if (isReady(folder, key) && existsSync(file)) return file;
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	await build(node24);
	const args = ['pack', '--pack-destination', folder];
	await npm('Packing it as it goes to npm', projectRoot, args, { node24, logName: 'pack' });
	markReady(folder, key);
	return file;
}
