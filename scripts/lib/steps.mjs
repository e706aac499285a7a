import { quickTests } from './testFiles.mjs';

const jest = (config, ...more) => ['jest --config', config, ...more].join(' ');

const e2e = jest('test/e2e/jest.config.mjs');
const inN8n = ['build', 'toolchain'];

/**
 * All that can be run, in order.
 *
 * - `loops`: quick, default (`npm test`) and all (which adds to default); a step in none is a command of its own
 * - `needs`: the steps that have to pass before it
 * - `installs`: it fetches what others need, and its time is counted apart
 * - `leavesOut`: says what it does not run
 * - `takes`: what may be chosen in it, by a path or `-t`
 */
export const steps = [
	{
		name: 'typecheck',
		run: 'tsc --incremental --tsBuildInfoFile .tools/tsc.json',
		loops: ['quick', 'default'],
	},
	{ name: 'lint-changed', run: 'node scripts/lint-changed.mjs', loops: ['quick'] },
	// The flag lets test/ and scripts/, which run outside of n8n, have a config of their own.
	{
		name: 'lint',
		run: 'n8n-node lint',
		env: { ESLINT_FLAGS: 'unstable_config_lookup_from_file' },
		loops: ['default'],
	},
	{ name: 'structure', run: 'depcruise nodes credentials', loops: ['default'] },
	{
		name: 'quick',
		run: jest('test/quick/jest.config.mjs'),
		loops: ['quick'],
		takes: 'tests',
		leavesOut: () =>
			`${quickTests().leftOut} files of unit tests, which need n8n's engine or fal's emulator (npm run test:unit), and all that needs an n8n (npm test)`,
	},
	{ name: 'unit', run: jest('jest.config.js'), loops: ['default'], takes: 'tests' },
	{ name: 'faults', run: 'tsx test/faults/main.ts', takes: 'rows' },
	{ name: 'faults-once', run: 'tsx test/faults/main.ts --once', loops: ['default'] },
	{ name: 'build', run: 'node scripts/pack.mjs', loops: ['default'] },
	{ name: 'scan', run: 'node scripts/scan.mjs', needs: ['build'], loops: ['default'] },
	{ name: 'toolchain', run: 'node scripts/toolchain.mjs', installs: true, loops: ['default'] },
	{ name: 'browser', run: 'node scripts/lib/browser.mjs', installs: true, loops: ['default'] },
	{ name: 'e2e', run: e2e, needs: inN8n, takes: 'tests' },
	{
		name: 'e2e-first',
		run: `${e2e} --testPathIgnorePatterns [.]nightly[.]`,
		needs: inN8n,
		loops: ['default'],
		leavesOut: () => 'what is behind npm run test:all',
	},
	{ name: 'faults-rest', run: 'tsx test/faults/main.ts --rest', loops: ['all'] },
	{ name: 'e2e-rest', run: `${e2e} [.]nightly[.]`, needs: inN8n, loops: ['all'] },
	{ name: 'services', run: 'node scripts/lib/services.mjs', installs: true, loops: ['all'] },
	{
		name: 'queue',
		run: jest('test/queue/jest.config.mjs', '--runInBand'),
		needs: [...inN8n, 'services'],
		loops: ['all'],
		takes: 'tests',
	},
	{
		name: 'versions',
		run: 'node scripts/versions.mjs --installed',
		needs: inN8n,
		loops: ['all'],
	},
];

/** The steps of a loop; all holds what default does. */
export const stepsOf = (loop) =>
	steps.filter(
		({ loops = [] }) => loops.includes(loop) || (loop === 'all' && loops.includes('default')),
	);
