import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { projectRoot, readJson, toolsFolder } from './paths.mjs';
import { Problem } from './problem.mjs';

/** Options of jest's that have their value behind a space. */
const withValue = ['-t', '--testNamePattern', '-w', '--maxWorkers'];
const byName = withValue.slice(0, 2);

/** Whether the argument at this place is a path. */
const isPath = (arg, at, args) => !arg.startsWith('-') && !withValue.includes(args[at - 1]);

const choosesByName = (args) =>
	args.some((arg) => byName.some((name) => arg === name || arg.startsWith(`${name}=`)));

function testFilesOf(run, env) {
	const [command, ...args] = run.split(' ');
	const options = { cwd: projectRoot, env, encoding: 'utf8', shell: process.platform === 'win32' };
	const { stdout } = spawnSync(command, [...args, '--listTests'], options);
	return stdout.split('\n').filter(Boolean);
}

const asListed = (file) => relative(projectRoot, file).replaceAll('\\', '/');

/** What a path chooses: a file, the files of a folder, or those whose path holds it. */
function filesBehind(path, files) {
	const full = resolve(projectRoot, path);
	return files.filter(
		(file) => file === full || file.startsWith(join(full, '/')) || asListed(file).includes(path),
	);
}

function explain(path, { name, run }, steps, env) {
	const other = steps.find(
		(step) =>
			step.takes === 'tests' &&
			step.run !== run &&
			filesBehind(path, testFilesOf(step.run, env))[0],
	);
	if (other) return `npm run test:${other.name} runs it, not test:${name}.`;
	if (existsSync(resolve(projectRoot, path))) return 'There is no test in it.';
	return 'There is no such file or folder.';
}

/**
 * The files that are to run, from paths that somebody has typed.
 *
 * @throws a problem in words for a path that names no test of this step
 */
function chosenFiles(paths, step, steps, env) {
	const files = paths.length > 0 ? testFilesOf(step.run, env) : [];
	return paths.flatMap((path) => {
		const found = filesBehind(path, files);
		if (found.length > 0) return found;
		throw new Problem(
			`No test of ${step.name} is at "${path}". ${explain(path, step, steps, env)}`,
		);
	});
}

const rowsFolder = join(projectRoot, 'test/faults/rows');

/**
 * The step that runs what is at these paths; undefined where no path is among the arguments.
 *
 * @throws a problem in words for paths that no step runs
 */
export function stepOfPaths(passedOn, steps, env) {
	const paths = passedOn.filter(isPath);
	if (paths.length === 0) return undefined;
	const holds = ({ name, takes, run }) => {
		if (name === 'quick' || !takes) return false;
		if (takes === 'rows')
			return paths.every((path) => resolve(projectRoot, path).startsWith(rowsFolder));
		const files = testFilesOf(run, env);
		return paths.every((path) => filesBehind(path, files).length > 0);
	};
	const step = steps.find(holds);
	if (step) return step;
	throw new Problem(
		`No kind of tests has a test at ${paths.map((path) => `"${path}"`).join(' and ')}.`,
	);
}

const resultFile = join(toolsFolder, 'chosen-tests.json');

/** The arguments for jest: whole paths in place of typed ones, and a file for its result where a name chooses. */
export function argumentsFor(step, passedOn, { steps, env }) {
	const chosen = chosenFiles(passedOn.filter(isPath), step, steps, env);
	const others = passedOn.filter((...arg) => !isPath(...arg));
	mkdirSync(toolsFolder, { recursive: true });
	rmSync(resultFile, { force: true });
	const result = choosesByName(passedOn) ? ['--json', '--outputFile', resultFile] : [];
	const byPath = chosen.length > 0 ? ['--runTestsByPath', ...new Set(chosen)] : [];
	return [...others, ...result, ...byPath];
}

/** Whether a name was given that no test has; jest passes then. */
export function nothingRan() {
	if (!existsSync(resultFile)) return false;
	const { numPassedTests, numFailedTests, numFailedTestSuites } = readJson(resultFile);
	// It says nothing of a later command, which may write none.
	rmSync(resultFile);
	return numPassedTests + numFailedTests + numFailedTestSuites === 0;
}
