import base from '../../jest.config.js';

// Only tests of the node: they take seconds, and a mutant that they let live is one that nobody would notice.
/** @type {import('jest').Config} */
export default {
	...base,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/nodes/**/*.test.ts'],
	maxWorkers: 1,
};
