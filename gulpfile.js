const { dest, parallel, series, src } = require('gulp');
const { execFile } = require('node:child_process');
const { readFile, rm, writeFile } = require('node:fs/promises');
const path = require('node:path');
const { promisify } = require('node:util');
const esbuild = require('esbuild');
const glob = require('fast-glob');

const run = promisify(execFile);

const clean = () => rm('dist', { recursive: true, force: true });

const compile = async () => {
	const tsc = require.resolve('typescript/bin/tsc');
	try {
		await run(process.execPath, [tsc, '-p', 'tsconfig.build.json']);
	} catch (error) {
		throw new Error(`The type-check found faults:\n${error.stdout}`);
	}
};

const copyFiles = () =>
	src(['icons/*.svg', 'nodes/**/*.json', 'LICENSE'], { base: '.', encoding: false }).pipe(
		dest('dist'),
	);

/** n8n installs no dependencies of a community node, so each file gets the packages it imports written into it. */
const inlinePackages = {
	name: 'inline-packages',
	setup(build) {
		build.onResolve({ filter: /^(\.|n8n-workflow$)/ }, ({ kind, importer }) =>
			kind === 'entry-point' || importer.includes('node_modules') ? undefined : { external: true },
		);
		// The realtime and streaming parts of fal's client are never used here; they need three packages more.
		build.onResolve({ filter: /^\.\/(realtime|streaming)$/ }, ({ importer }) =>
			importer.includes(path.join('@fal-ai', 'client'))
				? { path: path.resolve('scripts/build/unusedParts.js') }
				: undefined,
		);
	},
};

/** Files that require something else than their neighbours and n8n-workflow, which n8n provides; and the others. */
const filesByPackages = async () => {
	const files = await glob('dist/{nodes,credentials}/**/*.js');
	const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
	const has = files.map((_, i) => /require\("(?!\.|n8n-workflow")/.test(texts[i]));
	return { withPackages: files.filter((_, i) => has[i]), others: files.filter((_, i) => !has[i]) };
};

/** The licences of everything that was written into dist, found from the bundler's own list. */
const writeLicences = async (inputs) => {
	const paths = Object.keys(inputs).map(
		(file) => file.match(/node_modules\/((@[^/]+\/)?[^/]+)/)?.[1],
	);
	const names = [...new Set(paths)].filter(Boolean).sort();
	const texts = await Promise.all(
		names.map(async (name) => {
			const folder = path.posix.join('node_modules', name);
			const [file] = await glob(`${folder}/{LICENSE,license}*`);
			const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
			return `${name} ${version}\n\n${await readFile(file, 'utf8')}`;
		}),
	);
	await writeFile('dist/THIRD-PARTY-LICENSES.txt', texts.join(`\n${'-'.repeat(78)}\n\n`));
};

const written = {
	outdir: 'dist',
	outbase: 'dist',
	allowOverwrite: true,
	platform: 'node',
	target: 'node20',
	format: 'cjs',
	charset: 'utf8',
	// A tenth of the package would be white space. Short lines keep an error's stack of use.
	minifySyntax: true,
	minifyWhitespace: true,
	lineLimit: 200,
};

const bundle = async () => {
	const { withPackages, others } = await filesByPackages();
	await esbuild.build({ ...written, entryPoints: others });
	const { metafile } = await esbuild.build({
		...written,
		metafile: true,
		entryPoints: withPackages,
		bundle: true,
		legalComments: 'inline',
		plugins: [inlinePackages],
		// Community nodes may not read the environment, print, or use timers; n8n's sleep stands in for the last.
		define: { process: 'undefined' },
		drop: ['console'],
		inject: [path.resolve('scripts/build/timers.js')],
	});
	await writeLicences(metafile.inputs);
};

exports.build = series(clean, compile, parallel(copyFiles, bundle));
exports.default = exports.build;
