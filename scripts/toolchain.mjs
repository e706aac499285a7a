import './lib/require-node20.mjs';
import { pathToFileURL } from 'node:url';
import * as dependencies from './lib/dependencies.mjs';
import { withInstallLock } from './lib/lock.mjs';
import * as n8n from './lib/n8n.mjs';
import * as nodes from './lib/node.mjs';
import { runMain } from './lib/problem.mjs';

// Each step looks first and does nothing when its work is done, so every script can call what it needs.
export const ensureNode24 = async () => await withInstallLock(async () => await nodes.ensureNode());

/** Another Node, to run n8n with. */
export const ensureNode = async (version) =>
	await withInstallLock(async () => await nodes.ensureNode(version));

export async function ensureDependencies() {
	const node = await ensureNode24();
	await withInstallLock(async () => await dependencies.ensureDependencies(node));
	return node;
}

export async function ensureN8n(version, builder) {
	const node = await ensureNode24();
	return await withInstallLock(async () => await n8n.ensureN8n(node, version, builder));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	await runMain(async () => {
		await ensureDependencies();
		await ensureN8n();
	});
}
