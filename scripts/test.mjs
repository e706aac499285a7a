import './lib/require-node20.mjs';
import { argumentsFor, nothingRan } from './lib/chosenTests.mjs';
import { projectEnvironment } from './lib/environment.mjs';
import { projectRoot } from './lib/paths.mjs';
import { Problem, runMain } from './lib/problem.mjs';
import { duration } from './lib/progress.mjs';
import { runHere } from './lib/run.mjs';
import { steps } from './lib/steps.mjs';
import { ensureDependencies } from './toolchain.mjs';

const names = steps.map(({ name }) => name);

/** `--loop <loop>` or `--only <steps>`, ours; all else is passed on to the tests. */
function readArguments([first, value, ...others]) {
	if (first === '--loop') return { loop: value, passedOn: others };
	if (first === '--only') return { only: value.split(','), passedOn: others };
	return { loop: 'default', passedOn: process.argv.slice(2) };
}

function chosenSteps({ loop, only }) {
	if (!only) return steps.filter(({ loops }) => loops.includes(loop));
	const unknown = only.find((name) => !names.includes(name));
	if (unknown) throw new Problem(`There is no step "${unknown}". There are: ${names.join(', ')}`);
	const needed = steps.filter(({ name }) => only.includes(name)).flatMap(({ needs = [] }) => needs);
	return steps.filter(({ name }) => only.includes(name) || needed.includes(name));
}

/** The steps with what was passed on, a path or a name, given to the one that takes it. */
function withPassedOn(chosen, passedOn, env) {
	if (passedOn.length === 0) return chosen;
	const takers = chosen.filter(({ takes }) => takes);
	if (takers.length !== 1) {
		const commands = steps.filter(({ takes }) => takes).map(({ name }) => `test:${name}`);
		throw new Problem(
			`${passedOn.join(' ')}: a path or a name goes to one kind of tests: npm run ${commands.join(' | ')}`,
		);
	}
	const [taker] = takers;
	const args = taker.takes === 'tests' ? argumentsFor(taker, passedOn, { steps, env }) : passedOn;
	return chosen.map((step) => (step === taker ? { ...step, args } : step));
}

async function runStep(
	{ name, run, needs = [], env: own, args: more = [], installs },
	results,
	env,
) {
	console.log(`\n── ${name}: ${run}\n`);
	const start = Date.now();
	const missing = needs.find((need) =>
		results.some((result) => result.name === need && !result.passed),
	);
	if (missing) return { name, passed: false, note: `not run, since ${missing} failed` };
	const [command, ...args] = run.split(' ');
	const options = { cwd: projectRoot, env: { ...env, ...own } };
	const code = await runHere(command, [...args, ...more], options);
	const empty = code === 0 && more.length > 0 && nothingRan();
	if (empty) console.error('\nNo test has this name.\n');
	return { name, passed: code === 0 && !empty, ms: Date.now() - start, installs };
}

// Steps that do not build on each other all run, so that one look shows everything there is to mend.
async function runAll(chosen, env) {
	const results = [];
	let interrupted = false;
	process.on('SIGINT', () => (interrupted = true));
	for (const step of chosen) {
		if (interrupted) process.exit(130);
		results.push(await runStep(step, results, env));
	}
	return results;
}

const sum = (results) => duration(results.reduce((total, { ms = 0 }) => total + ms, 0));

/** The table of a run, what it has left out, and the line that is counted. */
function report(results, chosen) {
	const failed = results.filter(({ passed }) => !passed).length;
	const [installs, own] = [true, false].map((wanted) =>
		results.filter((result) => Boolean(result.installs) === wanted),
	);
	console.log('\n── summary\n');
	for (const { name, passed, ms, note = duration(ms) } of results) {
		console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(12)} ${note}`);
	}
	console.log(
		`\nin all  ${sum(own)}${installs.length > 0 ? `, and ${sum(installs)} to install` : ''}`,
	);
	for (const { leavesOut } of chosen) if (leavesOut) console.log(`left out: ${leavesOut()}`);
	console.log(`\n${results.length - failed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}

await runMain(async () => {
	const { passedOn, ...wanted } = readArguments(process.argv.slice(2));
	const chosen = chosenSteps(wanted);
	const env = projectEnvironment(await ensureDependencies());
	const results = await runAll(withPassedOn(chosen, passedOn, env), env);
	process.exitCode = report(results, chosen);
});
