import base from '../../jest.config.js';

/**
 * Tests against real n8n servers, one after the other (`--runInBand`): each n8n wants a processor and
 * half a gigabyte for itself. Files that want nothing special of it use the same one.
 *
 * @type {import('jest').Config}
 */
export default {
	...base,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/'],
	setupFiles: ['<rootDir>/test/support/freshConnections.ts'],
	globalTeardown: '<rootDir>/test/e2e/support/stopN8n.ts',
	// Far longer than any test takes, so that a busy machine fails none.
	testTimeout: 300_000,
};
