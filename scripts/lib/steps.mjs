import { quickTests } from './testFiles.mjs';

const jest = (config) => `jest --config ${config}`;

/**
 * All that can be run, in order.
 *
 * - `loops`: which of quick, default and all it is part of
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
	{ name: 'faults', run: 'tsx test/faults/main.ts', loops: ['default'], takes: 'rows' },
	{ name: 'build', run: 'node scripts/pack.mjs', loops: ['default'] },
	{ name: 'scan', run: 'node scripts/scan.mjs', needs: ['build'], loops: ['default'] },
	{ name: 'toolchain', run: 'node scripts/toolchain.mjs', installs: true, loops: ['default'] },
	{
		name: 'e2e',
		run: `${jest('test/e2e/jest.config.js')} --runInBand`,
		needs: ['build', 'toolchain'],
		loops: ['default'],
		takes: 'tests',
	},
	{ name: 'services', run: 'node scripts/lib/services.mjs', installs: true, loops: ['default'] },
	{
		name: 'queue',
		run: `${jest('test/queue/jest.config.js')} --runInBand`,
		needs: ['build', 'toolchain', 'services'],
		loops: ['default'],
		takes: 'tests',
	},
];
