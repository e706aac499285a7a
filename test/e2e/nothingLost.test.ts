import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../emulator';
import {
	outputOf,
	packedProject,
	startN8n,
	type Credential,
	type RunningN8n,
	type Workflow,
} from '../n8n';
import { hold } from '../support/hold';
import { until } from '../support/until';
import { owner } from './support/bench';
import { photo } from './support/images';
import { madeUrl, readTemplate } from './support/templates';
import { chain, code, edit, EDIT_TYPE, manualTrigger } from './support/workflow';

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
		node.type === EDIT_TYPE ? { ...node, credentials: { falApi: { id, name } } } : node,
	);
	return (await n8n.api.createWorkflow({ ...workflow, nodes })).id;
}

const instructionOf = (row: number) => `Row ${row}`;

/** A batch of two edits at once, and n8n killed while fal works on some, has finished others, and waits for the rest. */
async function killInTheMiddle(): Promise<void> {
	const work = hold();
	for (const row of [4, 5]) {
		const match = { prompt: instructionOf(row) };
		fal.faults.add({ stage: 'queue', kind: 'latency', until: work.until, match });
	}
	const rows = Array.from({ length: ROWS }, (_, row) => ({ json: { row } }));
	const batch = chain('Batch', [
		manualTrigger,
		code('Rows', `return ${JSON.stringify(rows)};`),
		edit({
			prompt: '=Row {{ $json.row }}',
			images: { values: [{ source: 'url', url: image }] },
			options: { batching: { batch: { batchSize: 2, batchInterval: 0 } } },
		}),
	]);
	await n8n.api.runManually(await save(batch), 'Start');
	await until(() => fal.jobs.length === 6, { every: 50 });
	await n8n.kill();
	work.release();
	await until(() => fal.jobs.every(({ completedAt }) => completedAt !== undefined));
}

it('nothing-lost: what fal has finished comes to its row after n8n was killed', async () => {
	const columns = ['image', 'instruction', 'ordered', 'result', 'problem'];
	const table = await n8n.api.createDataTable('photo orders', columns);
	const rows = Array.from({ length: ROWS }, (_, row) => ({
		...{ image, instruction: instructionOf(row) },
	}));
	await n8n.api.addRows(table, rows);
	await killInTheMiddle();
	n8n = await start();
	await n8n.api.login(owner);

	const template = await save(readTemplate('nothing-lost'));
	const first = await n8n.api.runToEnd(template, 'When You Click Execute');
	expect(outputOf(first, 'Write the Result Back')).toHaveLength(6);
	for (const { instruction, ordered, result } of await n8n.api.rows(table)) {
		const job = fal.jobs.find(({ input }) => (input as { prompt: string }).prompt === instruction);
		expect(ordered ?? undefined).toBe(job?.id);
		expect(result ?? undefined).toBe(job && (await madeUrl({ fal }, job)));
	}
	const again = await n8n.api.runToEnd(template, 'When You Click Execute');
	expect(outputOf(again, 'Row Without Its Result')).toEqual([]);
	expect(fal.jobs).toHaveLength(6);
});
