const swc = {
	jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
	module: { type: 'commonjs' },
};

/**
 * Tests against real n8n servers, one after the other (`--runInBand`): each n8n wants a processor and
 * half a gigabyte for itself.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	rootDir: '../..',
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/\\.tools/', '<rootDir>/\\.n8n/'],
	setupFiles: ['<rootDir>/test/support/freshConnections.ts'],
	transform: { '^.+\\.ts$': ['@swc/jest', swc] },
	// Far longer than any test takes, so that a busy machine fails none.
	testTimeout: 300_000,
};
