/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/', '<rootDir>/test/queue/'],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/\\.tools/', '<rootDir>/\\.n8n/'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' },
				module: { type: 'commonjs' },
			},
		],
	},
	// Far longer than any test takes, so that a busy machine fails none.
	testTimeout: 120_000,
	// Most of a test's time is waiting for the emulator, so every core gets a worker.
	maxWorkers: '100%',
	// One that has loaded n8n's engine for forty files takes longer than jest's half second to end.
	workerGracefulExitTimeout: 10_000,
};
