import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../emulator';
import { outputOf, packedProject, startN8n, type Credential, type RunningN8n } from '../n8n';
import { hold } from '../support/hold';
import { until } from '../support/until';
import { owner } from './support/bench';
import { photo } from './support/images';
import { chain, code, edit, manualTrigger, type NodeSpec } from './support/workflow';

const dataDir = mkdtempSync(join(tmpdir(), 'nano-banana-shutdown-'));
let fal: Emulator;
let n8n: RunningN8n;
let credential: Credential;

const start = async () => await startN8n({ dataDir, nodePackage: packedProject() });

beforeAll(async () => {
	fal = await startEmulator({ image: 'tiny', proxyAllows: ['api.fal.ai/'] });
	n8n = await start();
	await n8n.api.setUpOwner(owner);
	const data = { apiKey: fal.key, proxyUrl: fal.proxyUrl };
	credential = await n8n.api.createCredential('fal', 'falApi', data);
}, 300_000);

afterAll(async () => {
	await n8n.stop();
	await fal.close();
	rmSync(dataDir, { recursive: true, force: true });
}, 120_000);

beforeEach(() => fal.reset());

const withCredential = { credentials: { falApi: credentialRef() } };

function credentialRef() {
	return {
		get id() {
			return credential.id;
		},
		get name() {
			return credential.name;
		},
	};
}

/** A workflow that edits three rows. */
async function saveRows(trigger: NodeSpec) {
	const url = `data:image/png;base64,${(await photo('plain.png')).toString('base64')}`;
	const rows = [0, 1, 2].map((row) => ({ json: { row } }));
	return await n8n.api.createWorkflow(
		chain('Rows', [
			trigger,
			code('Make Rows', `return ${JSON.stringify(rows)};`),
			edit(
				{
					prompt: '=Row {{ $json.row }}',
					images: { values: [{ source: 'url', url }] },
				},
				withCredential,
			),
		]),
	);
}

/** Starts three edits, which fal holds until `finish`, and waits until n8n's log names them. */
async function startEdits() {
	const work = hold();
	fal.faults.add({ stage: 'queue', kind: 'latency', until: work.until });
	const { id } = await saveRows(manualTrigger);
	const execution = await n8n.api.runManually(id, 'Start');
	// fal's answer and the line in the log come a moment after fal has taken an edit.
	await until(() => idsInLog().length === 3, { every: 50 });
	return { execution, finish: work.release };
}

async function restart() {
	n8n = await start();
	await n8n.api.login(owner);
}

const idsInLog = () => fal.jobs.map(({ id }) => id).filter((id) => n8n.log().includes(id));

it('n8n that is ended gracefully in the middle of a wait lets the edits finish', async () => {
	const { execution, finish } = await startEdits();
	const stopping = n8n.stop();
	await until(() => n8n.log().includes('Stopping n8n'), { every: 50 });
	finish();
	await stopping;
	await restart();
	const { status } = await n8n.api.execution(execution);
	process.stdout.write(
		`\n  ended gracefully in the middle of a wait: the execution is "${status}"\n`,
	);
	expect(fal.jobs).toHaveLength(3);
	expect(idsInLog()).toHaveLength(3);
});

const webhook: NodeSpec = {
	...{ name: 'Webhook', type: 'n8n-nodes-base.webhook', typeVersion: 2, webhookId: 'rows' },
	parameters: { httpMethod: 'POST', path: 'rows', options: {} },
};

it('"retry execution" of a run that was killed takes up what it has ordered', async () => {
	const work = hold();
	fal.faults.add({ stage: 'queue', kind: 'latency', until: work.until });
	const saved = await saveRows(webhook);
	await n8n.api.activate(saved);
	await fetch(`${n8n.url}/webhook/rows`, { method: 'POST' });
	await until(() => idsInLog().length === 3, { every: 50 });
	await n8n.kill();
	work.release();
	await restart();
	const [first] = await n8n.api.executions(saved.id);
	await n8n.api.fetch(`/rest/executions/${first?.id}/retry`, { method: 'POST' });
	const [retry] = await n8n.api.executions(saved.id);
	const items = outputOf(await n8n.api.waitForExecution(retry?.id ?? ''), 'Edit');
	process.stdout.write(
		`\n  killed, and "retry execution": the first run is "${first?.status}", ${fal.jobs.length} orders of 3 rows, ${items.length} images\n`,
	);
	const ids = fal.jobs.map(({ id }) => id);
	expect(items.map(({ json }) => json.request_id).sort()).toEqual(ids.sort());
	expect(fal.jobs).toHaveLength(3);
});
