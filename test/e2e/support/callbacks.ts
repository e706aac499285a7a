import { randomUUID } from 'node:crypto';
import { until } from '../../support/until';
import { allExecutions, outputOf, type ExecutionResult, type SavedWorkflow } from '../../n8n';
import type { Bench } from './bench';
import { photo } from './images';
import { chain, type NodeSpec } from './workflow';

export const TRIGGER_TYPE = 'n8n-nodes-nano-banana-pro.falTrigger';

export const falTrigger = (parameters: Record<string, unknown> = {}): NodeSpec => ({
	name: 'Edit Is Finished',
	type: TRIGGER_TYPE,
	typeVersion: 1.1,
	webhookId: randomUUID(),
	parameters,
});

const noOp = (name: string): NodeSpec => ({ name, type: 'n8n-nodes-base.noOp', typeVersion: 1 });

/** A workflow whose two branches show what came out of the trigger. */
export function deliveries(trigger: NodeSpec) {
	const workflow = chain('Deliveries', [trigger, noOp('Finished')]);
	const failed = { ...noOp('Failed'), parameters: {}, position: [220, 200] as [number, number] };
	const [name] = Object.keys(workflow.connections);
	const { main } = workflow.connections[name ?? ''] as { main: unknown[] };
	return {
		...workflow,
		nodes: [...workflow.nodes, failed],
		connections: {
			[name ?? '']: { main: [...main, [{ node: 'Failed', type: 'main', index: 0 }]] },
		},
	};
}

/**
 * Orders an edit at fal as any program does.
 *
 * @param image its address; a photo unless it is given
 */
export async function order(
	bench: Bench,
	{ prompt = 'Make it night', key = bench.fal.key, webhookUrl = '', image = '' } = {},
): Promise<string> {
	const hook = webhookUrl && `?fal_webhook=${encodeURIComponent(webhookUrl)}`;
	const photoUri = async () =>
		`data:image/png;base64,${(await photo('plain.png')).toString('base64')}`;
	const image_urls = [image || (await photoUri())];
	const response = await fetch(
		`${bench.fal.url}/queue.fal.run/fal-ai/nano-banana-pro/edit${hook}`,
		{
			method: 'POST',
			headers: { authorization: `Key ${key}`, 'content-type': 'application/json' },
			body: JSON.stringify({ prompt, image_urls, num_images: 1 }),
		},
	);
	return ((await response.json()) as { request_id: string }).request_id;
}

/** An order that fal is done with. */
export async function finishedOrder(
	bench: Bench,
	options: Parameters<typeof order>[1] = {},
): Promise<string> {
	const id = await order(bench, options);
	await until(() => bench.fal.jobs.find((job) => job.id === id)?.state === 'COMPLETED');
	return id;
}

/** A callback's body as fal writes it. */
export const bodyOf = (requestId: string, more: object = {}): string =>
	JSON.stringify({
		request_id: requestId,
		gateway_request_id: requestId,
		status: 'OK',
		payload: { images: [], description: '' },
		...more,
	});

/**
 * The runs of a workflow that have ended well.
 *
 * @param known those that were read before, which n8n is not asked for again
 */
export async function savedRuns(
	{ n8n }: Bench,
	workflowId: string,
	known = new Map<string, ExecutionResult>(),
): Promise<ExecutionResult[]> {
	const runs = await allExecutions(n8n.api, workflowId);
	const ended = runs.filter(({ status }) => status === 'success');
	for (const { id } of ended) if (!known.has(id)) known.set(id, await n8n.api.execution(id));
	return ended.map(({ id }) => known.get(id)!);
}

/** The requests whose images a trigger has put out in these runs, once for each time. */
export const deliveredIn = (runs: ExecutionResult[], trigger = 'Edit Is Finished'): string[] =>
	runs.flatMap((run) => outputOf(run, trigger)).map(({ json }) => String(json.request_id));

/** A published workflow with a trigger, seen from outside. */
export class Receiver {
	constructor(
		private readonly bench: Bench,
		readonly workflow: SavedWorkflow,
		readonly url: string,
	) {}

	static async publish(bench: Bench, parameters?: Record<string, unknown>): Promise<Receiver> {
		const trigger = falTrigger(parameters);
		const workflow = await bench.publish(deliveries(trigger));
		const path = parameters?.path ?? String(trigger.webhookId);
		return new Receiver(bench, workflow, `${bench.n8n.url}/webhook/${String(path)}`);
	}

	/** Sends a callback that fal has signed, unless the headers given say otherwise. */
	async send(
		requestId: string,
		{
			body = bodyOf(requestId) as string | Buffer,
			query = '',
			headers = {} as Record<string, string | undefined>,
			timestamp = undefined as number | undefined,
			signal = undefined as AbortSignal | undefined,
		} = {},
	): Promise<Response> {
		const signed = this.bench.fal.signer.headers(requestId, body, timestamp);
		const kept = Object.entries({ ...signed, ...headers }).filter(
			(entry): entry is [string, string] => entry[1] !== undefined,
		);
		return await fetch(`${this.url}${query}`, { method: 'POST', headers: kept, body, signal });
	}

	/** The runs that were started, once all have ended. */
	async runs(): Promise<ExecutionResult[]> {
		const { api } = this.bench.n8n;
		const list = await api.executions(this.workflow.id);
		return await Promise.all(list.map(async ({ id }) => await api.waitForExecution(id)));
	}
}
