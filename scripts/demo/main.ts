import { relative } from 'node:path';
import {
	packedProject,
	pinnedN8nVersion,
	projectRoot,
	startN8n,
	type RunningN8n,
} from '../../test/n8n';
import { change, rebuild } from './changes';
import { chooseFal, type Fal } from './fal';
import { firstRun } from './firstRun';
import { dataDir, isWatching, n8nPort, once, resultsFolder } from './options';
import { logIn } from './owner';
import { prepareCredential, prepareWorkflow } from './prepare';

// The handlers stay: Ctrl-C often comes twice, and the second must not end us before n8n has ended.
const stopRequest = new Promise<void>((resolve) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
		process.on(signal, () => resolve());
});

let n8n: RunningN8n | undefined;

async function startServer(): Promise<RunningN8n> {
	const start = Date.now();
	console.log(`• Starting n8n ${pinnedN8nVersion} …`);
	n8n = await startN8n({ dataDir, port: n8nPort, nodePackage: packedProject() });
	console.log(
		`  ready after ${((Date.now() - start) / 1000).toFixed(0)} s; its log: ${relative(projectRoot, n8n.logFile)}`,
	);
	return n8n;
}

interface Prepared {
	formUrl: string;
	editorUrl: string;
	login: string;
}

async function prepare(n8n: RunningN8n, fal: Fal): Promise<Prepared> {
	const owner = await logIn(n8n.api);
	const credential = await prepareCredential(n8n.api, fal.credential);
	const workflow = await prepareWorkflow(n8n.api, credential);
	return {
		formUrl: `${n8n.url}/form/${workflow.formPath}`,
		editorUrl: `${n8n.url}/workflow/${workflow.id}`,
		login: `${owner.email}   ${owner.password}`,
	};
}

function showAddresses({ formUrl, editorUrl, login }: Prepared, fal: Fal): void {
	console.log(`
  The form     ${formUrl}
  The editor   ${editorUrl}
  Log-in       ${login}
  Results      ${relative(projectRoot, resultsFolder)}
  fal is       ${fal.description}
`);
}

/** Takes n8n down and up with the new build; an open editor goes on after a reload. */
async function restart(running: RunningN8n): Promise<RunningN8n> {
	if (!(await rebuild())) return running;
	await running.stop();
	return await startServer();
}

async function stayUp(running: RunningN8n): Promise<number> {
	console.log(isWatching ? 'Building with each change, until Ctrl-C.' : 'Running until Ctrl-C.');
	const stopped = stopRequest.then(() => 'stopped');
	const nextChange = async () => (isWatching ? await change() : await new Promise<never>(() => {}));
	let changed = nextChange();
	for (;;) {
		const end = await Promise.race([stopped, running.ended, changed.then(() => 'changed')]);
		if (end === 'stopped') return 0;
		if (end !== 'changed') {
			console.error(`n8n ended by itself (${end}). Its log: ${running.logFile}`);
			return 1;
		}
		changed = nextChange();
		running = await restart(running);
	}
}

async function run(running: RunningN8n, fal: Fal): Promise<number> {
	const prepared = await prepare(running, fal);
	const allCame =
		isWatching ||
		(await Promise.race([firstRun(prepared.formUrl, fal), stopRequest.then(() => true)]));
	if (once) return allCame ? 0 : 1;
	showAddresses(prepared, fal);
	return await stayUp(running);
}

async function main(): Promise<number> {
	const fal = await chooseFal();
	console.log(`• fal is ${fal.description}`);
	const running = await Promise.race([startServer(), stopRequest.then(() => undefined)]);
	if (!running) return 130;
	try {
		return await run(running, fal);
	} finally {
		console.log('\nStopping n8n …');
		await n8n?.stop();
		await fal.close();
	}
}

main().then(
	(code) => process.exit(code),
	(error: Error) => {
		console.error(`\n${error.message}\n`);
		process.exit(1);
	},
);
