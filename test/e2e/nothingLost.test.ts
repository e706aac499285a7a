import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../emulator';
import { packedProject, startN8n, type Credential, type RunningN8n, type Workflow } from '../n8n';
import { hold } from '../support/hold';
import { until } from '../support/until';
import { owner } from './support/bench';
import { photo } from './support/images';
import { madeUrl, readTemplate } from './support/templates';
import { chain, code, edit, manualTrigger } from './support/workflow';

const OURS = /nano-banana-pro/;
const ROWS = 12;
const image = 'https://example.com/shop/mug.png';
const dataDir = mkdtempSync(join(tmpdir(), 'nano-banana-nothing-lost-'));
let fal: Emulator;
let n8n: RunningN8n;
let credential: Credential;

const start = async () => await startN8n({ dataDir, nodePackage: packedProject() });

beforeAll(async () => {
	fal = await startEmulator({
		...{ image: 'tiny', publicFiles: { [image]: await photo('web.webp') } },
		// As without a proxy.
		proxyAllows: ['api.fal.ai/'],
	});
	n8n = await start();
	await n8n.api.setUpOwner(owner);
	const data = { apiKey: fal.key, proxyUrl: fal.proxyUrl };
	credential = await n8n.api.createCredential('fal', 'falApi', data);
}, 300_000);

afterAll(async () => {
	await n8n.stop();
	await fal.close();
	rmSync(dataDir, { recursive: true, force: true });
});

async function save(workflow: Workflow): Promise<string> {
	const { id, name } = credential;
	const nodes = workflow.nodes.map((node) =>
		OURS.test(node.type) ? { ...node, credentials: { falApi: { id, name } } } : node,
	);
	return (await n8n.api.createWorkflow({ ...workflow, nodes })).id;
}

/** A batch that notes its request ids, and n8n killed while fal works on all of it. */
async function killAfterTheSubmit(table: string): Promise<void> {
	const work = hold();
	fal.faults.add({ stage: 'queue', kind: 'latency', until: work.until, match: { prompt: 'Row' } });
	const ids = (await n8n.api.rows(table)).map(({ id }) => ({ json: { id } }));
	const batch = chain('Batch', [
		manualTrigger,
		code('Rows', `return ${JSON.stringify(ids)};`),
		edit({
			operation: 'submit',
			prompt: '=Row {{ $json.id }}',
			images: { values: [{ source: 'url', url: image }] },
		}),
		noteOrdered,
	]);
	await n8n.api.runToEnd(await save(batch), 'Start');
	await n8n.kill();
	work.release();
	await until(() => fal.jobs.every(({ completedAt }) => completedAt !== undefined));
}

const callbackTable = readTemplate('table-rows-delivered-by-callback');
const noteOrdered = callbackTable.nodes.find(({ name }) => name === 'Note the Request ID')!;

it('nothing-lost: what fal has finished comes to its row after n8n was killed', async () => {
	const columns = ['image', 'instruction', 'ordered', 'result', 'problem'];
	const table = await n8n.api.createDataTable('photo orders', columns);
	await n8n.api.addRows(
		table,
		Array.from({ length: ROWS }, () => ({ image, instruction: 'Row' })),
	);
	const template = await save(readTemplate('nothing-lost'));
	await n8n.api.activate(await n8n.api.workflow(template));
	await killAfterTheSubmit(table);
	n8n = await start();
	await n8n.api.login(owner);

	// It polls when n8n starts.
	const rows = async () => await n8n.api.rows(table);
	await until(async () => (await rows()).every(({ result }) => result), { longest: 120_000 });
	for (const { id, ordered, result } of await rows()) {
		const job = fal.jobs.find(
			({ input }) => (input as { prompt: string }).prompt === `Row ${String(id)}`,
		);
		expect(ordered).toBe(job?.id);
		expect(result).toBe(await madeUrl({ fal }, job));
	}
	expect(fal.jobs).toHaveLength(ROWS);
});
