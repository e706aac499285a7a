/* eslint-disable-next-line @typescript-eslint/no-require-imports -- jest reads CommonJS */
const base = require('../../jest.config.js');

// Only tests of the node: they take seconds, and a mutant that they let live is one that nobody would notice.
/** @type {import('jest').Config} */
module.exports = {
	...base,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/nodes/**/*.test.ts'],
	maxWorkers: 1,
};
