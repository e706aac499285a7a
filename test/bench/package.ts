import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packedProject, pinnedN8nVersion, projectRoot } from '../n8n';
import { median } from './statistics';

export interface PackageFigures {
	/** bytes of all its files */
	unpacked: number;
	/** ms to require the node where n8n-workflow is loaded already */
	load: number;
}

const BLOCK = 512;

/** Sum of the sizes in the headers of a tar archive. */
function sizeOfFiles(tar: Buffer): number {
	let sum = 0;
	for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
		const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8);
		sum += size;
		at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
	}
	return sum;
}

const script = `
require('n8n-workflow');
const start = performance.now();
const { NanoBananaProEdit } = require(process.argv[1]);
new NanoBananaProEdit();
process.stdout.write(String(performance.now() - start));
`;

function loadOnce(node: string): number {
	// n8n finds n8n-workflow for a community node in the same way. This project has a copy of its own, so
	// the script starts elsewhere.
	const modules = join(projectRoot, '.tools', `n8n-${pinnedN8nVersion}`, 'node_modules');
	const env = { ...process.env, NODE_PATH: modules };
	const options = { env, cwd: dirname(node), encoding: 'utf8' } as const;
	return Number(execFileSync(process.execPath, ['-e', script, node], options));
}

export function packageFigures(nodeFolder: string): PackageFigures {
	const node = join(nodeFolder, 'dist/nodes/NanoBananaProEdit/NanoBananaProEdit.node.js');
	return {
		unpacked: sizeOfFiles(gunzipSync(readFileSync(packedProject()))),
		load: median(Array.from({ length: 9 }, () => loadOnce(node))),
	};
}
