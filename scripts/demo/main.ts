import { relative } from 'node:path';
import {
	packedProject,
	pinnedN8nVersion,
	projectRoot,
	startN8n,
	type RunningN8n,
} from '../../test/n8n';
import { chooseFal, type Fal } from './fal';
import { firstRun } from './firstRun';
import { dataDir, n8nPort, once, resultsFolder } from './options';
import { logIn } from './owner';
import { prepareCredential, prepareWorkflow } from './prepare';

const start = Date.now();
// The handlers stay: Ctrl-C often comes twice, and the second must not end us before n8n has ended.
const stopRequest = new Promise<void>((resolve) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
		process.on(signal, () => resolve());
});

async function startServer(): Promise<RunningN8n> {
	console.log(`• Starting n8n ${pinnedN8nVersion} …`);
	const n8n = await startN8n({ dataDir, port: n8nPort, nodePackage: packedProject() });
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

async function stayUp(n8n: RunningN8n): Promise<number> {
	console.log('Running until Ctrl-C.');
	const end = await Promise.race([stopRequest.then(() => 'stopped'), n8n.ended]);
	if (end === 'stopped') return 0;
	console.error(`n8n ended by itself (${end}). Its log: ${n8n.logFile}`);
	return 1;
}

async function run(n8n: RunningN8n, fal: Fal): Promise<number> {
	const prepared = await prepare(n8n, fal);
	const allCame = await Promise.race([
		firstRun(prepared.formUrl, fal),
		stopRequest.then(() => true),
	]);
	if (once) return allCame ? 0 : 1;
	showAddresses(prepared, fal);
	return await stayUp(n8n);
}

async function main(): Promise<number> {
	const fal = await chooseFal();
	console.log(`• fal is ${fal.description}`);
	const n8n = await Promise.race([startServer(), stopRequest.then(() => undefined)]);
	if (!n8n) return 130;
	try {
		return await run(n8n, fal);
	} finally {
		console.log('\nStopping n8n …');
		await n8n.stop();
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
