import { chain, type NodeSpec } from '../../e2e/support/workflow';
import { outputOf, type Workflow, type WorkflowNode } from '../../n8n';
import { startService, type RunningService } from '../../services/server';
import type { QueueBench } from './queueBench';
import { rowsFromWebhook, send } from './rows';

const ROWS = 2;

/** The rows' workflow, where a call of an address must succeed first. */
async function withGate(path: string, url: string): Promise<Workflow> {
	const { nodes, ...workflow } = await rowsFromWebhook(path);
	const gate: NodeSpec = {
		name: 'Gate',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: { url, options: {} },
	};
	const [arrive, make, ...others] = nodes as [WorkflowNode, ...WorkflowNode[]];
	const jsCode = String(make?.parameters.jsCode).replace('$input.', `$('${arrive.name}').`);
	const rows = { ...make!, parameters: { jsCode } };
	return { ...workflow, ...chain(path, [arrive, gate, rows, ...others]) };
}

export function describeRetries(bench: QueueBench): void {
	let service: RunningService;
	let isShut = true;
	beforeAll(async () => {
		service = await startService(() => ({ status: isShut ? 400 : 200 }));
	});
	afterAll(async () => await service.close());

	it('a retried run makes requests of its own beside an equal one, and cancels no others', async () => {
		const { id } = await bench.publish(await withGate('retried', service.url));
		const start = async () => await send(bench.queue.webhookUrl('retried'), { run: 0, rows: ROWS });
		const { api } = bench.n8n;
		await start();
		const [failed] = await bench.ended(id, 1);
		expect(failed?.status).toBe('error');

		isShut = false;
		const work = bench.holdEdits();
		await start();
		const { jobs } = bench.fal;
		await bench.until(() => jobs.length === ROWS);
		// n8n answers at the end of the run, here that it was stopped.
		const retrying = expect(api.retry(failed?.id ?? '')).rejects.toThrow(/cancelled/);
		await bench.until(() => jobs.length === 2 * ROWS);
		const [retry, alive] = await api.executions(id);
		const worker = (one?: { id: string }) => bench.queue.workersOf(one?.id ?? '').join();
		process.stdout.write(
			`\n  a run on ${worker(alive)}, the retry of an equal one on ${worker(retry)}: ${jobs.length} requests of ${2 * ROWS} rows\n`,
		);
		await api.stopExecution(retry?.id ?? '');
		const cancelled = () => jobs.map(({ cancelRequestedAt }) => cancelRequestedAt !== undefined);
		await bench.until(() => cancelled().filter(Boolean).length === ROWS);
		work.release();
		const ended = await api.waitForExecution(alive?.id ?? '');
		await retrying;
		expect(cancelled()).toEqual([false, false, true, true]);
		expect(
			outputOf(ended, 'Edit')
				.map(({ json }) => json.request_id)
				.sort(),
		).toEqual(
			jobs
				.slice(0, ROWS)
				.map((job) => job.id)
				.sort(),
		);
		expect(jobs).toHaveLength(2 * ROWS);
	});
}
