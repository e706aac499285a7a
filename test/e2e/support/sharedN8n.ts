import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packedProject, startN8n, type RunningN8n } from '../../n8n';

interface Shared {
	n8n: RunningN8n;
	home: string;
}

// Each file of tests has modules of its own; the process is what they share.
const PLACE = Symbol.for('n8n of the end-to-end tests');
const process = globalThis as { [PLACE]?: Promise<Shared> };

/** Below it every bench has the files that its n8n may read and write. */
export const FILES = join(tmpdir(), `nano-banana-e2e-files-${globalThis.process.pid}`);

async function start(version?: string): Promise<Shared> {
	mkdirSync(FILES, { recursive: true });
	const home = mkdtempSync(join(tmpdir(), 'nano-banana-e2e-n8n-'));
	const n8n = await startN8n({
		version,
		dataDir: home,
		nodePackage: packedProject(),
		env: { N8N_RESTRICT_FILE_ACCESS_TO: FILES },
	});
	// One that has ended by itself is started anew for the next file.
	void n8n.ended.then(() => delete process[PLACE]);
	return { n8n, home };
}

/** The n8n of all files of tests that want nothing special of it. It starts for the first of them. */
export async function sharedN8n(version?: string): Promise<RunningN8n> {
	process[PLACE] ??= start(version);
	return (await process[PLACE]).n8n;
}

/** Leaves it as it was for the next file: no workflow, and no credential. */
export async function clearSharedN8n({ api }: RunningN8n): Promise<void> {
	for (const { id } of await api.workflows()) {
		// n8n deletes what is archived, and nothing else.
		const headers = { 'content-type': 'application/json' };
		await api.fetch(`/rest/workflows/${id}/archive`, { method: 'POST', headers, body: '{}' });
		await api.fetch(`/rest/workflows/${id}`, { method: 'DELETE' });
	}
	for (const credential of await api.credentials()) await api.deleteCredential(credential);
}

export async function stopSharedN8n(): Promise<void> {
	const { n8n, home } = (await process[PLACE]) ?? {};
	await n8n?.stop();
	for (const folder of [home, FILES]) if (folder) rmSync(folder, { recursive: true, force: true });
}
