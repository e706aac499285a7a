import { fileURLToPath } from 'node:url';
import base from '../../jest.config.js';

// Time runs faster here, so a test that waits longer than the slowest of them does so for ever.
/** @type {import('jest').Config} */
export default {
	...base,
	rootDir: '../..',
	// As scripts/mutants.mjs says.
	testMatch: (process.env.TESTS ?? '').split(' '),
	// Hundreds of items or of megabytes keep the processor busy, however fast time runs.
	testPathIgnorePatterns: ['/reuse\\.many\\.', '/atOnce\\.'],
	testTimeout: 150_000,
	testEnvironment: fileURLToPath(new URL('failFast.mjs', import.meta.url)),
	setupFiles: ['<rootDir>/test/mutants/hurried.ts'],
	testSequencer: '<rootDir>/test/mutants/shortestFirst.mjs',
	maxWorkers: 1,
};
