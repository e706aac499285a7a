import { execFile } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../test/n8n';

const run = promisify(execFile);

const FOLDERS = ['nodes', 'credentials', 'icons'];
/** An editor writes several files in a row. In ms. */
const PAUSE = 300;

/** Settles a moment after something has changed that the package is made from. */
export async function change(): Promise<void> {
	await new Promise<void>((resolve) => {
		let timer: NodeJS.Timeout | undefined;
		const watchers = FOLDERS.map((folder) =>
			watch(join(projectRoot, folder), { recursive: true }, () => {
				clearTimeout(timer);
				timer = setTimeout(() => {
					for (const watcher of watchers) watcher.close();
					resolve();
				}, PAUSE);
			}),
		);
	});
}

/** Builds and packs anew. Where the code does not compile that is said, and the answer is false. */
export async function rebuild(): Promise<boolean> {
	console.log('• Something has changed: building …');
	try {
		await run(process.execPath, ['scripts/pack.mjs'], { cwd: projectRoot });
		return true;
	} catch (error) {
		console.error((error as { stderr?: string }).stderr ?? error);
		console.log('  n8n goes on with the last build.');
		return false;
	}
}
