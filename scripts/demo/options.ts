import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../test/n8n';

// scripts/start.mjs has checked them, with words for what is wrong.
const { values } = parseArgs({
	options: {
		once: { type: 'boolean', default: false },
		port: { type: 'string', default: '5678' },
		watch: { type: 'boolean', default: false },
		'emulator-port': { type: 'string', default: '8787' },
	},
});

export const once = values.once;
export const isWatching = values.watch;
export const n8nPort = Number(values.port);
export const emulatorPort = Number(values['emulator-port']);

export const dataDir = join(projectRoot, '.n8n');
export const resultsFolder = join(dataDir, 'results');
export const samplesFolder = join(projectRoot, 'samples');
