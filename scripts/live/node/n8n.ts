import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	chain,
	code,
	edit,
	manualTrigger,
	type NodeSpec,
} from '../../../test/e2e/support/workflow';
import {
	outputOf,
	packedProject,
	projectRoot,
	startN8n,
	type Credential,
	type ExecutionResult,
	type RunningN8n,
} from '../../../test/n8n';
import { ball, wholeFormat } from '../files';
import { NotSeen, type Live, type OrderName } from '../live';
import { promptOf } from '../orders';
import { Between } from './between';

const owner = { email: 'owner@example.com', password: 'Only-for-checks-1' };

/** A real n8n with the packed node, whose calls to fal pass through us. */
export interface Room {
	n8n: RunningN8n;
	between: Between;
	credential: Credential;
	/** Starts n8n again with all that it has kept. */
	restart: () => Promise<void>;
}

/** Installs n8n and packs the node, where that is not done yet. */
async function prepare(): Promise<void> {
	for (const script of ['toolchain', 'pack']) {
		const args = [join(projectRoot, `scripts/${script}.mjs`)];
		const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: 'ignore' });
		const exit = await new Promise((resolve) => child.on('close', resolve));
		if (exit !== 0) throw new NotSeen(`node scripts/${script}.mjs failed`);
	}
}

export const roomOf = async (live: Live): Promise<Room> =>
	await live.once('n8n', async () => {
		await prepare();
		const dataDir = mkdtempSync(join(tmpdir(), 'nano-banana-live-n8n-'));
		live.atEnd(async () => rmSync(dataDir, { recursive: true, force: true }));
		const between = await new Between(live.wire).start();
		live.atEnd(async () => await between.stop());
		const start = async () => await startN8n({ dataDir, nodePackage: packedProject() });
		const room = { n8n: await start(), between } as Room;
		live.atEnd(async () => await room.n8n.stop());
		await room.n8n.api.setUpOwner(owner);
		const data = { apiKey: live.wire.options.key, proxyUrl: between.url };
		room.credential = await room.n8n.api.createCredential('fal', 'falApi', data);
		room.restart = async () => {
			room.n8n = await start();
			await room.n8n.api.login(owner);
		};
		return room;
	});

export const byWebhook = (path: string): NodeSpec => ({
	...{ name: 'Start', type: 'n8n-nodes-base.webhook', typeVersion: 2, webhookId: path },
	parameters: { httpMethod: 'POST', path, options: {} },
});

/** Saves a workflow that gives the ball to the node; `then` are the nodes behind it. */
export async function save(
	{ n8n, credential: { id, name } }: Room,
	order: OrderName,
	{ trigger = manualTrigger, operation = 'edit', then = [] as NodeSpec[] } = {},
) {
	const credentials = { credentials: { falApi: { id, name } } };
	const file = {
		data: (await ball('png')).toString('base64'),
		mimeType: 'image/png',
		fileName: 'ball.png',
	};
	const item = code('Ball', `return [{ json: {}, binary: { data: ${JSON.stringify(file)} } }];`);
	const node = edit({ operation, prompt: promptOf(order) }, credentials);
	const behind = then.map((spec) => ({ ...spec, ...credentials }));
	return await n8n.api.createWorkflow(chain(order, [trigger, item, node, ...behind]));
}

/** What came of an order: how often it was made, and the image at the end. */
export async function madeOf(
	{ between, n8n }: Room,
	order: OrderName,
	execution: ExecutionResult,
	nodeName = 'Edit',
): Promise<string> {
	const count = between.orders.filter(({ name }) => name === order).length;
	if (between.refusal && count === 0) throw new NotSeen(between.refusal);
	const [item] = outputOf(execution, nodeName);
	const file = item?.binary?.data;
	const error = execution.data.resultData.error?.message;
	if (!file) return `${count} order, no image${error ? `: ${error}` : ''}`;
	return `${count} order, a whole ${await wholeFormat(await n8n.api.downloadBinary(file))}`;
}
