import e2e from '../e2e/jest.config.mjs';

/**
 * Tests of n8n in queue mode: four processes, Redis and PostgreSQL for each file of tests.
 *
 * @type {import('jest').Config}
 */
export default { ...e2e, testMatch: ['<rootDir>/test/queue/**/*.test.ts'] };
