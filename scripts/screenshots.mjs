import './lib/require-node20.mjs';
import { join } from 'node:path';
import { ensureBrowser } from './lib/browser.mjs';
import { projectEnvironment } from './lib/environment.mjs';
import { ensurePacked } from './lib/pack.mjs';
import { projectRoot } from './lib/paths.mjs';
import { runMain } from './lib/problem.mjs';
import { runHere } from './lib/run.mjs';
import { ensureDependencies, ensureN8n } from './toolchain.mjs';

// The README shows what the tests saw: they click through the form and the editor, and take the
// images on their way.
await runMain(async () => {
	const node24 = await ensureDependencies();
	await ensureN8n();
	await ensurePacked(node24);
	await ensureBrowser();
	const args = ['--config', 'test/e2e/jest.config.mjs', '--runInBand', 'test/e2e/browser'];
	const env = { ...projectEnvironment(node24), SCREENSHOTS_TO: join(projectRoot, 'docs') };
	process.exitCode = await runHere('jest', args, { cwd: projectRoot, env });
});
