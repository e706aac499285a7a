import './lib/require-node20.mjs';
import { projectEnvironment } from './lib/environment.mjs';
import { Problem, runMain } from './lib/problem.mjs';
import { runHere } from './lib/run.mjs';
import { ensureDependencies } from './toolchain.mjs';

await runMain(async () => {
	const [command, ...args] = process.argv.slice(2);
	if (!command) throw new Problem('Usage: node scripts/with-node24.mjs <command> [arguments]');
	const node24 = await ensureDependencies();
	process.exitCode = await runHere(command, args, { env: projectEnvironment(node24) });
});
