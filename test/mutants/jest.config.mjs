import base from '../../jest.config.js';

// Only tests of what a mutant can be in: they take seconds, since time runs faster here.
/** @type {import('jest').Config} */
export default {
	...base,
	rootDir: '../..',
	testMatch: [
		'<rootDir>/test/nodes/FalTrigger/*.test.ts',
		'<rootDir>/test/nodes/NanoBananaProEdit/{orders,operations}/*.test.ts',
		'<rootDir>/test/nodes/shared/{fal,n8n}/*.test.ts',
	],
	// Hundreds of items or of megabytes keep the processor busy, however fast time runs.
	testPathIgnorePatterns: ['/earlierResult\\.many\\.', '/atOnce\\.'],
	testTimeout: 1_200_000,
	setupFiles: ['<rootDir>/test/mutants/hurried.ts'],
	testSequencer: '<rootDir>/test/mutants/shortestFirst.mjs',
	maxWorkers: 1,
};
