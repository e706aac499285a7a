const { availableParallelism } = require('node:os');

// n8n's engine, and what else takes long to load. Nothing that jest uses itself.
const loadedOnce = ['@n8n', 'n8n-core', 'n8n-workflow', 'reflect-metadata', 'sharp', 'typescript'];

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: '<rootDir>/test/process/environment.mjs',
	// All that is watched and looked through: not the thousands of folders in .tools.
	roots: ['nodes', 'credentials', 'scripts', 'test'].map((folder) => `<rootDir>/${folder}`),
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/', '<rootDir>/test/queue/'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' },
				module: { type: 'commonjs' },
			},
		],
		[`/node_modules/(${loadedOnce.join('|')})/`]: '<rootDir>/test/process/package.mjs',
	},
	transformIgnorePatterns: [],
	// Node's own fetch and streams go by these, and the process is theirs too.
	fakeTimers: { doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] },
	// Far longer than any test takes, so that a busy machine fails none.
	testTimeout: 300_000,
	// Most of a test's time is waiting for the emulator, so every core gets two workers.
	maxWorkers: 2 * availableParallelism(),
	// One that has loaded n8n's engine for forty files takes longer than jest's half second to end.
	workerGracefulExitTimeout: 10_000,
};
