import base from '../../jest.config.js';

/**
 * Tests against real n8n servers, two at a time: each n8n wants half a gigabyte for itself, and a processor where
 * the test does not wait. Files that want nothing special of it use the same one, in each of the two processes.
 *
 * @type {import('jest').Config}
 */
export default {
	...base,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/'],
	setupFiles: ['<rootDir>/test/support/freshConnections.ts'],
	maxWorkers: 2,
	// Far longer than any test takes, so that a busy machine fails none.
	testTimeout: 300_000,
};
