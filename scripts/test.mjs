import './lib/require-node20.mjs';
import { argumentsFor, nothingRan, stepOfPaths } from './lib/chosenTests.mjs';
import { projectEnvironment } from './lib/environment.mjs';
import { Passed } from './lib/passed.mjs';
import { projectRoot } from './lib/paths.mjs';
import { Problem, runMain } from './lib/problem.mjs';
import { report } from './lib/report.mjs';
import { runHere } from './lib/run.mjs';
import { steps, stepsOf } from './lib/steps.mjs';
import { ensureDependencies } from './toolchain.mjs';

/** `--loop <loop>` or `--only <steps>`, ours; all else is passed on to the tests. */
function readArguments([first, value, ...others]) {
	if (first === '--loop') return { loop: value, passedOn: others };
	if (first === '--only') return { only: value.split(','), passedOn: others };
	return { loop: 'default', passedOn: process.argv.slice(2) };
}

function chosenSteps({ loop, only }) {
	if (!only) return stepsOf(loop);
	const names = steps.map(({ name }) => name);
	const unknown = only.find((name) => !names.includes(name));
	if (unknown) throw new Problem(`There is no step "${unknown}". There are: ${names.join(', ')}`);
	const needed = steps.filter(({ name }) => only.includes(name)).flatMap(({ needs = [] }) => needs);
	return steps.filter(({ name }) => only.includes(name) || needed.includes(name));
}

/** What was passed on, where it could go to several kinds of tests. */
function tooMany(passedOn) {
	const commands = steps.filter(({ takes }) => takes).map(({ name }) => `test:${name}`);
	return new Problem(
		`${passedOn.join(' ')}: this goes to one kind of tests: npm run ${commands.join(' | ')}`,
	);
}

/** The steps with what was passed on, a path or a name, given to the one that takes it. */
function withPassedOn(chosen, passedOn, env) {
	if (passedOn.length === 0) return chosen;
	const takers = chosen.filter(({ takes }) => takes);
	if (takers.length !== 1) throw tooMany(passedOn);
	const [taker] = takers;
	const args = taker.takes === 'tests' ? argumentsFor(taker, passedOn, { steps, env }) : passedOn;
	return chosen.map((step) => (step === taker ? { ...step, args } : step));
}

/** What is to be run: of a loop with several kinds of tests, a path chooses the one that it belongs to. */
function narrowed(asked, passedOn, env) {
	const several = asked.loop === 'default' || asked.loop === 'all';
	if (!several || passedOn.length === 0) return asked;
	const step = stepOfPaths(passedOn, steps, env);
	if (step) return { only: [step.name] };
	throw tooMany(passedOn);
}

async function runStep({ name, run, needs = [], args = [], installs, ...step }, results, env) {
	console.log(`\n── ${name}: ${run}\n`);
	const start = Date.now();
	const missing = needs.find((need) =>
		results.some((result) => result.name === need && !result.passed),
	);
	if (missing) return { name, passed: false, ms: 0, note: `not run, since ${missing} failed` };
	const [command, ...own] = run.split(' ');
	const options = { cwd: projectRoot, env: { ...env, ...step.env } };
	const code = await runHere(command, [...own, ...args], options);
	const empty = code === 0 && args.length > 0 && nothingRan();
	if (empty) console.error('\nNo test has this name.\n');
	return { name, passed: code === 0 && !empty, ms: Date.now() - start, installs };
}

// Steps that do not build on each other all run, so that one look shows everything there is to mend.
async function runAll(chosen, passed, env) {
	const results = [];
	let interrupted = false;
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
		process.on(signal, () => (interrupted = true));
	for (const step of chosen) {
		if (interrupted) process.exit(130);
		const result = await runStep(step, results, env);
		results.push(result);
		if (result.passed && !step.args) passed.add(step.name, result.ms);
	}
	return results;
}

await runMain(async () => {
	const { passedOn, ...asked } = readArguments(process.argv.slice(2));
	chosenSteps(asked);
	const env = projectEnvironment(await ensureDependencies());
	const wanted = narrowed(asked, passedOn, env);
	const chosen = chosenSteps(wanted);
	const passed = new Passed();
	// What an install has fetched may be gone; looking again takes a moment.
	const isDone = ({ name, installs }) =>
		wanted.loop === 'all' && !installs && passed.timeOf(name) !== undefined;
	const before = chosen.filter(isDone).map(({ name }) => ({ name, ms: passed.timeOf(name) }));
	const open = withPassedOn(chosen, passedOn, env).filter((step) => !isDone(step));
	const results = await runAll(open, passed, env);
	const leftOut = chosen.flatMap(({ leavesOut }) => leavesOut?.() ?? []);
	process.exitCode = report({ results, before, leftOut });
});
