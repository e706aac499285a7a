import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { startEmulator, type Emulator } from '../emulator';
import { rulesIn } from '../emulator/faults/rules';
import { readStored, runNode, type NodeResult, type NodeRun } from '../support/engine';
import { hold } from '../support/hold';
import { storeImage } from '../support/images';
import { realNow, realPause } from './clock';
import type { Ask, Row } from './row';

export const KEY = 'fault-test-key-id:fault-test-s3cret-half';

/** n8n's own log goes into a file, which is searched for the key at the end. */
export const LOG_FILE = path.join(
	mkdtempSync(path.join(tmpdir(), 'nano-banana-faults-')),
	'n8n.log',
);

/** To be called before n8n reads its settings. */
export function logToFile(): void {
	Object.assign(process.env, {
		N8N_LOG_LEVEL: 'debug',
		N8N_LOG_OUTPUT: 'file',
		N8N_LOG_FILE_LOCATION: LOG_FILE,
	});
}

/** `submit=500 x2; stream=404`, as in the emulator's README but without the brackets. */
export const tagged = (tags: string) =>
	rulesIn(
		tags
			.split(';')
			.map((tag) => `[fault: ${tag.trim()}]`)
			.join(' '),
	);

let image: ReturnType<typeof storeImage> | undefined;

async function oneItem(): Promise<INodeExecutionData[]> {
	image ??= storeImage();
	return [{ json: {}, binary: { photo: (await image).file } }];
}

/** The node with one item, as the row asks for it. */
async function run(ask: Ask, fal: Emulator, more: Partial<NodeRun> = {}): Promise<NodeResult> {
	return await runNode({
		items: await oneItem(),
		credential: { apiKey: ask.apiKey ?? KEY, proxyUrl: ask.proxyUrl ?? fal.proxyUrl },
		parameters: {
			prompt: 'make it blue',
			images: { values: [{ source: 'binary', binaryPropertyName: '*' }] },
			operation: ask.operation ?? 'edit',
			...ask.parameters,
			...(ask.options && { options: ask.options }),
		},
		...more,
	});
}

/** The request that the operation is about: made by Submit Edit, while nothing is wrong. */
async function requestFor(ask: Ask, fal: Emulator): Promise<IDataObject> {
	if (!ask.operation || ask.operation === 'submit') return {};
	const { outputs } = await run({ operation: 'submit' }, fal);
	const requestId = outputs[0]?.[0]?.json.request_id;
	if (!requestId) throw new Error('Submit Edit, which the row builds on, gave no request');
	while (fal.jobs[0]?.state !== 'COMPLETED') await realPause(2);
	return { requestId } as IDataObject;
}

/** Stops the execution once fal has a call of the stage, and the call its fault; gives when, in real ms. */
async function stopAt(stage: string, row: Row, fal: Emulator, stop: () => void): Promise<number> {
	const isFaulty = row.rules.some((rule) => rule.stage === stage);
	const isThere = () =>
		fal.records.some((call) => call.stage === stage && ((call.fault ?? '') !== '') === isFaulty);
	while (!isThere()) await realPause(2);
	stop();
	return realNow();
}

export interface RowRun {
	result: NodeResult;
	/** real ms from a stop to the end of the node */
	sinceStop?: number;
}

/** Runs a row against an emulator of its own. */
export async function runRow(row: Row, fal: Emulator, retryOnFail: boolean): Promise<RowRun> {
	Object.assign(fal.settings, row.settings);
	const request = await requestFor(row.ask, fal);
	const stop = hold();
	// What is slow in a row with a stop is so until the stop.
	for (const rule of row.rules)
		fal.faults.add(row.ask.stop && rule.kind === 'slow' ? { ...rule, until: stop.until } : rule);
	const ask = { ...row.ask, parameters: { ...request, ...row.ask.parameters } };
	let stopping: Promise<number> | undefined;
	const stopOnce = (stopRun: () => void) => {
		if (!row.ask.stop) return;
		stopping ??= stopAt(row.ask.stop.stopAt, row, fal, stopRun);
		void stopping.then(stop.release);
	};
	const result = await run(ask, fal, {
		node: retryOnFail ? { retryOnFail, maxTries: 2, waitBetweenTries: 0 } : {},
		onStart: stopOnce,
	});
	return { result, sinceStop: stopping && realNow() - (await stopping) };
}

/** Reached as without a proxy, unless a row says otherwise. */
export const startFal = async (): Promise<Emulator> =>
	await startEmulator({
		...{ latency: 0, image: 'tiny', keys: [KEY] },
		proxyAllows: ['api.fal.ai/'],
	});

/** A place in the history that no order ever gets. */
export const NEVER = Infinity;

/** Whether every output item has a file, and every file is a whole image. */
export async function areImages(items: INodeExecutionData[]): Promise<boolean> {
	const files = items.flatMap(({ binary }) => Object.values(binary ?? {}));
	if (items.length === 0 || files.length < items.length) return false;
	const decode = async (bytes: Buffer) => await sharp(bytes, { failOn: 'truncated' }).stats();
	const decoded = files.map(async (file) => await decode(await readStored(file)));
	return (await Promise.allSettled(decoded)).every(({ status }) => status === 'fulfilled');
}
