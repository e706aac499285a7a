import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	packedProject,
	startN8n,
	type N8nApi,
	type RunningN8n,
	type SavedWorkflow,
} from '../../n8n';
import { until } from '../../support/until';

type Archivable = SavedWorkflow & { isArchived?: boolean };

// Each file of tests has modules of its own; the process is what they share.
const PLACE = Symbol.for('n8n of the end-to-end tests');
const shared = globalThis as { [PLACE]?: Promise<RunningN8n> };

/** Below it every bench has the files that its n8n may read and write. */
export const FILES = join(tmpdir(), `nano-banana-e2e-files-${process.pid}`);

async function start(version?: string): Promise<RunningN8n> {
	mkdirSync(FILES, { recursive: true });
	const home = mkdtempSync(join(tmpdir(), 'nano-banana-e2e-n8n-'));
	const n8n = await startN8n({
		version,
		dataDir: home,
		nodePackage: packedProject(),
		env: { N8N_RESTRICT_FILE_ACCESS_TO: FILES },
	});
	// One that has ended by itself is started anew for the next file.
	void n8n.ended.then(() => delete shared[PLACE]);
	// jest tells nobody that all files have run; its process ends once nothing holds it.
	n8n.unref?.();
	process.once('exit', () => {
		for (const folder of [home, FILES]) rmSync(folder, { recursive: true, force: true });
	});
	return n8n;
}

/** The n8n of all files of tests that want nothing special of it. It starts for the first of them. */
export async function sharedN8n(version?: string): Promise<RunningN8n> {
	shared[PLACE] ??= start(version);
	return await shared[PLACE];
}

/** n8n deletes what is archived, and once nothing of it is in service any more. */
async function deleteWorkflow(api: N8nApi, { id, isArchived }: Archivable): Promise<void> {
	const path = `/rest/workflows/${id}`;
	const headers = { 'content-type': 'application/json' };
	if (!isArchived) await api.fetch(`${path}/archive`, { method: 'POST', headers, body: '{}' });
	const notYet = (error: Error) => {
		if (/: 409 /.test(error.message)) return false;
		throw error;
	};
	const tryIt = async () => await api.fetch(path, { method: 'DELETE' }).then(() => true, notYet);
	await until(tryIt, { every: 100 });
}

/** Leaves it as it was for the next file: no workflow, and no credential. */
export async function clearSharedN8n({ api }: RunningN8n): Promise<void> {
	for (const workflow of await api.workflows()) await deleteWorkflow(api, workflow);
	for (const credential of await api.credentials()) await api.deleteCredential(credential);
}
