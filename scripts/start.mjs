import './lib/require-node20.mjs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkPortFree } from './lib/checks.mjs';
import { projectEnvironment } from './lib/environment.mjs';
import { ensurePacked } from './lib/pack.mjs';
import { projectRoot } from './lib/paths.mjs';
import { Problem, runMain } from './lib/problem.mjs';
import { runHere } from './lib/run.mjs';
import { ensureDependencies, ensureN8n } from './toolchain.mjs';

const usage = `npm start -- [options]
  --once                 end after the first run; exit code 1 if an image did not come
  --watch                build and restart n8n with each change (npm run dev)
  --port <n>             n8n's port (5678)
  --emulator-port <n>    the port of the emulated fal (8787); unused when FAL_KEY is set`;

const options = {
	once: { type: 'boolean', default: false },
	watch: { type: 'boolean', default: false },
	port: { type: 'string', default: '5678' },
	'emulator-port': { type: 'string', default: '8787' },
	help: { type: 'boolean', default: false },
};

function readOptions() {
	try {
		return parseArgs({ options }).values;
	} catch (error) {
		throw new Problem(`${error.message}\n\n${usage}`);
	}
}

function portFrom(values, name) {
	const port = Number(values[name]);
	if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
	throw new Problem(`--${name} takes a port number, not "${values[name]}".\n\n${usage}`);
}

async function checkPorts(values) {
	await checkPortFree(portFrom(values, 'port'), '--port', 'n8n');
	if (process.env.FAL_KEY) return;
	await checkPortFree(portFrom(values, 'emulator-port'), '--emulator-port', 'the emulated fal');
}

await runMain(async () => {
	const values = readOptions();
	if (values.help) return console.log(usage);
	// First, since it takes a moment to find out here and minutes after the install.
	await checkPorts(values);
	const node24 = await ensureDependencies();
	await ensureN8n();
	await ensurePacked(node24);
	const demo = [
		'--import',
		'tsx',
		join(projectRoot, 'scripts/demo/main.ts'),
		...process.argv.slice(2),
	];
	const where = { cwd: projectRoot, env: projectEnvironment(node24) };
	process.exitCode = await runHere(node24.node, demo, where);
});
