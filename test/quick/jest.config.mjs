import base from '../../jest.config.js';
import { quickTests } from '../../scripts/lib/testFiles.mjs';

/**
 * The unit tests that need neither n8n's engine nor the emulator, as their imports tell.
 *
 * @type {import('jest').Config}
 */
export default {
	...base,
	rootDir: '../..',
	// None of them waits for anything.
	maxWorkers: '100%',
	testMatch: quickTests().files.map((file) => `<rootDir>/${file}`),
};
