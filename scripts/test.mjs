import './lib/require-node20.mjs';
import { parseArgs } from 'node:util';
import { projectEnvironment } from './lib/environment.mjs';
import { projectRoot } from './lib/paths.mjs';
import { Problem, runMain } from './lib/problem.mjs';
import { seconds } from './lib/progress.mjs';
import { runHere } from './lib/run.mjs';
import { ensureDependencies } from './toolchain.mjs';

const steps = [
	// The flag lets test/ and scripts/, which run outside of n8n, have a config of their own.
	{
		name: 'lint',
		run: 'n8n-node lint',
		env: { ESLINT_FLAGS: 'unstable_config_lookup_from_file' },
	},
	{ name: 'typecheck', run: 'tsc' },
	{ name: 'structure', run: 'depcruise nodes credentials' },
	{ name: 'unit', run: 'jest' },
	{ name: 'faults', run: 'tsx test/faults/main.ts' },
	{ name: 'build', run: 'node scripts/pack.mjs' },
	{ name: 'scan', run: 'node scripts/scan.mjs', needs: ['build'] },
	{ name: 'toolchain', run: 'node scripts/toolchain.mjs' },
	{
		name: 'e2e',
		run: 'jest --config test/e2e/jest.config.js --runInBand',
		needs: ['build', 'toolchain'],
	},
	{ name: 'services', run: 'node scripts/lib/services.mjs' },
	{
		name: 'queue',
		run: 'jest --config test/queue/jest.config.js --runInBand',
		needs: ['build', 'toolchain', 'services'],
	},
];

const names = steps.map(({ name }) => name);

function chosenSteps() {
	const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
	if (!only) return steps;
	const wanted = only.split(',');
	const unknown = wanted.find((name) => !names.includes(name));
	if (unknown) throw new Problem(`There is no step "${unknown}". There are: ${names.join(', ')}`);
	const needed = steps
		.filter(({ name }) => wanted.includes(name))
		.flatMap(({ needs = [] }) => needs);
	return steps.filter(({ name }) => wanted.includes(name) || needed.includes(name));
}

async function runStep({ name, run, needs = [], env: own }, results, env) {
	console.log(`\n── ${name}: ${run}\n`);
	const start = Date.now();
	const missing = needs.find((need) =>
		results.some((result) => result.name === need && !result.passed),
	);
	if (missing) return { name, passed: false, note: `not run, since ${missing} failed` };
	const [command, ...args] = run.split(' ');
	const code = await runHere(command, args, { cwd: projectRoot, env: { ...env, ...own } });
	return { name, passed: code === 0, note: seconds(start) };
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

function report(results) {
	const failed = results.filter(({ passed }) => !passed).length;
	console.log('\n── summary\n');
	for (const { name, passed, note } of results) {
		console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(12)} ${note}`);
	}
	console.log(`\n${results.length - failed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}

await runMain(async () => {
	const chosen = chosenSteps();
	const env = projectEnvironment(await ensureDependencies());
	process.exitCode = report(await runAll(chosen, env));
});
