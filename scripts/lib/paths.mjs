import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const toolsFolder = join(projectRoot, '.tools');
export const logsFolder = join(toolsFolder, 'logs');
export const pinnedN8nFolder = join(projectRoot, 'scripts', 'n8n');

export const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

// One place says which n8n this project is built and tested with: the file npm installs it from.
export const pinnedN8nVersion = readJson(join(pinnedN8nFolder, 'package.json')).dependencies.n8n;

// n8n 2.41 runs on Node 24 only, so everything here runs on this one.
export const pinnedNodeVersion = '24.21.0';
