import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { NodeType } from './apiTypes';
import type { Manifest } from './communityPackage';
import { n8nFolder } from './environment';

const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

// What n8n loaded is what it serves to its editor; it lays that out as a file at each start.
async function loadedNodes(dataDir: string, packageName: string): Promise<NodeType[]> {
	const file = join(dataDir, '.cache/n8n/public/types/nodes.json');
	// n8n 1 says that it is ready a little before.
	for (const end = Date.now() + 60_000; !existsSync(file) && Date.now() < end; ) await sleep(100);
	const all = JSON.parse(readFileSync(file, 'utf8')) as NodeType[];
	const own = all.filter(({ name }) => name.startsWith(`${packageName}.`));
	// n8n itself adds a twin for agents to each node, which is no node of the package.
	const isTwin = ({ name }: NodeType) => own.some((node) => `${node.name}Tool` === name);
	return own.filter((node) => !isTwin(node));
}

const latest = ({ version }: NodeType) => Math.max(...[version].flat());
const now = "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')";

function writeRows(database: DatabaseSync, manifest: Manifest, nodes: NodeType[]): void {
	const { name, version, author } = manifest;
	database.prepare('DELETE FROM installed_packages WHERE packageName = ?').run(name);
	database
		.prepare(`INSERT INTO installed_packages VALUES (?, ?, ?, ?, ${now}, ${now})`)
		.run(name, version, author?.name ?? null, author?.email ?? null);
	const addNode = database.prepare('INSERT INTO installed_nodes VALUES (?, ?, ?, ?)');
	for (const node of nodes) addNode.run(node.displayName, node.name, latest(node), name);
}

/**
 * Writes the rows that n8n's own install writes, from which the editor's page
 * "Community nodes" is made. n8n reads them anew each time, so it may be running.
 */
export async function registerPackage(dataDir: string, manifest: Manifest): Promise<void> {
	const nodes = await loadedNodes(dataDir, manifest.name);
	if (nodes.length === 0) throw new Error(`n8n loaded no node of ${manifest.name}; see its log`);
	const database = new DatabaseSync(join(n8nFolder(dataDir), 'database.sqlite'));
	try {
		database.exec('PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE');
		writeRows(database, manifest, nodes);
		database.exec('COMMIT');
	} finally {
		database.close();
	}
}
