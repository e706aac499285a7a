import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../n8n';

/**
 * Installs what a bench needs and is missing, and packs the project as it is now.
 *
 * @param more scripts of the project's that install or look for something besides n8n
 */
export function prepareTools(...more: string[]): void {
	for (const script of ['toolchain', ...more, 'pack']) {
		const file = join(projectRoot, 'scripts', `${script}.mjs`);
		execFileSync(process.execPath, [file], { stdio: ['ignore', 'ignore', 'inherit'] });
	}
}
