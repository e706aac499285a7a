import { deliveries, falTrigger } from '../../e2e/support/callbacks';
import { chain, code, edit, manualTrigger } from '../../e2e/support/workflow';
import { outputOf, type ExecutionResult } from '../../n8n';
import type { QueueBench } from '../../queue/support/queueBench';
import { smallDataUri } from '../images';
import { Sampler } from './sampler';

/** What one way of doing the job came to. Times in ms. */
export interface Outcome {
	way: string;
	orders: number;
	time: number;
	/** the most runs that the worker had at once while the edits were waited for, and that many it can have */
	waiting: number;
	delivered: number;
	twice: number;
}

const LONGEST_MS = 30 * 60_000;

/** One run that orders so many edits. */
export async function orderWorkflow(orders: number, parameters: Record<string, unknown>) {
	const images = { values: [{ source: 'url', url: await smallDataUri() }] };
	return chain('Orders', [
		manualTrigger,
		code('Rows', `return Array.from({ length: ${orders} }, (_, row) => ({ json: { row } }));`),
		edit({ prompt: '=Row {{ $json.row }}', images, ...parameters }),
	]);
}

const idsIn = (run: ExecutionResult, node: string) =>
	outputOf(run, node)
		.filter(({ binary }) => binary?.data !== undefined)
		.map(({ json }) => String(json.request_id));

const outcomeOf = (
	way: string,
	orders: number,
	time: number,
	waiting: number,
	ids: string[],
): Outcome => {
	const delivered = new Set(ids).size;
	return { way, orders, time, waiting, delivered, twice: ids.length - delivered };
};

/** Edit Image: one run orders, waits for all, and has the files. */
export async function byWaiting(bench: QueueBench, orders: number): Promise<Outcome> {
	const { api } = bench.n8n;
	const { id } = await bench.save(await orderWorkflow(orders, {}));
	const start = Date.now();
	const executionId = await api.runManually(id, 'Start');
	const sampler = new Sampler(bench, [id]);
	const run = await api.waitForExecution(executionId, LONGEST_MS).finally(() => sampler.stop());
	return outcomeOf('Edit Image', orders, Date.now() - start, sampler.most, idsIn(run, 'Edit'));
}

interface Moments {
	way?: string;
	/** what happens when half of the edits are finished */
	halfway?: () => Promise<void>;
	/** what happens when fal was thanked for every callback */
	answered?: () => void;
}

/** Submit Edit with fal Trigger: one run orders and ends; each finished edit starts a run of its own. */
export async function byCallback(
	bench: QueueBench,
	orders: number,
	{ way = 'Submit Edit, fal Trigger', halfway, answered }: Moments = {},
): Promise<Outcome> {
	const { api } = bench.n8n;
	const path = `done-${bench.fal.jobs.length}-${way.length}`;
	const receiver = await bench.publish(deliveries(falTrigger({ path })));
	const webhookUrl = bench.webhookUrl(path);
	const values = [{ name: 'row', value: '={{ $json.row }}' }];
	const { id } = await bench.save(
		await orderWorkflow(orders, { operation: 'submit', webhookUrl, callbackData: { values } }),
	);
	const start = Date.now();
	await api.waitForExecution(await api.runManually(id, 'Start'), LONGEST_MS);
	const sampler = new Sampler(bench, [id]);
	const isHalf = () =>
		bench.fal.jobs.filter((job) => job.state === 'COMPLETED').length >= orders / 2;
	await bench.until(isHalf, LONGEST_MS);
	await halfway?.();
	await bench.everyCallback(LONGEST_MS).finally(() => sampler.stop());
	answered?.();
	const runs = await bench.settled(receiver.id, LONGEST_MS);
	const delivering = runs.filter((run) => idsIn(run, 'Finished').length > 0);
	const last = Math.max(...delivering.map(({ stoppedAt }) => Date.parse(stoppedAt ?? '')));
	const ids = delivering.flatMap((run) => idsIn(run, 'Finished'));
	return outcomeOf(way, orders, last - start, sampler.most, ids);
}
