/**
 * Tests of n8n in queue mode: four processes, Redis and PostgreSQL for each file of tests.
 *
 * @returns {Promise<import('jest').Config>}
 */
module.exports = async () => {
	const { default: e2e } = await import('../e2e/jest.config.js');
	return { ...e2e, testMatch: ['<rootDir>/test/queue/**/*.test.ts'] };
};
