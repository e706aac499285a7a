import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Job } from '../../../../emulator';
import {
	failure,
	fromFields,
	PUBLIC_URL,
	rows,
	until,
	useEditBench,
	type EditRun,
} from '../../../../support/edit';
import { hold } from '../../../../support/hold';
import type { NodeResult } from '../../../../support/engine';
import { makeImage, storeImage } from '../../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() =>
	Object.assign(bench.fal.settings, { latency: 0, slots: 40, cancelRunning: 'cancel' }),
);

const ONE_SECOND = { timeout: 1 };
/** How often the node has asked fal how an edit stands, by stream or by look. */
const waiting = () => bench.calls('stream').length + bench.calls('status').length;
const forEver = () => Object.assign(bench.fal.settings, { latency: 600_000 });

describe('when the time is up', () => {
	it('cancels the request at fal, and says so with its id', async () => {
		forEver();
		const error = failure(await bench.edit({ options: ONE_SECOND }));
		const [job] = bench.fal.jobs;
		expect(error.name).toBe('NodeOperationError');
		expect(error.message).toMatch(/1 second/);
		expect(error.description).toMatch(/asked to cancel it.*'Timeout \(Seconds\)'/);
		expect(error.description).toContain(job?.id);
		expect(error.context).toMatchObject({ itemIndex: 0, request_id: job?.id });
		expect(job?.cancelRequestedAt).toBeDefined();
	});

	describe('for some items of five', () => {
		const PROMPTS = {
			running: 'running [latency: 600000]',
			queued: 'queued [fault: queue=stuck-queue]',
			unsure: 'unsure [latency: 600000] [fault: cancel=404]',
			finished: 'finished meanwhile',
			quick: 'quick',
		};
		let outputs: INodeExecutionData[][];
		let jobs: Record<string, Job | undefined>;
		let cancels: number[];

		beforeAll(async () => {
			const stillWorking = { status: 202, body: { status: 'IN_PROGRESS' } };
			const match = { prompt: PROMPTS.finished };
			bench.fal.faults.add({ stage: 'stream', kind: '404', match });
			bench.fal.faults.add({ stage: 'status', kind: 'status', match, ...stillWorking });
			const parameters = { prompt: '={{ $json.value }}' };
			const run = { parameters, options: { ...ONE_SECOND, startTimeout: 2 } };
			const node = { onError: 'continueErrorOutput' as const };
			({ outputs } = await bench.edit({ ...run, node, items: rows(Object.values(PROMPTS)) }));
			const jobOf = (prompt: string) =>
				bench.fal.jobs.find(({ input }) => (input as { prompt?: string }).prompt === prompt);
			jobs = Object.fromEntries(
				Object.entries(PROMPTS).map(([name, prompt]) => [name, jobOf(prompt)]),
			);
			cancels = bench
				.calls('cancel')
				.filter(({ requestId }) => requestId === jobs.finished?.id)
				.map(({ statusCode }) => statusCode ?? 0);
		});

		const detailsOf = (row: number) =>
			outputs[1]?.find(({ json }) => json.row === row)?.json.details as IDataObject | undefined;

		it('fails these, and delivers the others', () => {
			expect(outputs.map((items) => items.map(({ json }) => json.row))).toEqual([
				[3, 4],
				[0, 1, 2],
			]);
		});

		it('names the request of each', () => {
			const names = ['running', 'queued', 'unsure'];
			expect(names.map((_, row) => detailsOf(row)?.request_id)).toEqual(
				names.map((name) => jobs[name]?.id),
			);
		});

		it('cancels what runs', () => {
			expect(jobs.running).toMatchObject({ state: 'COMPLETED', resultStatus: 499, billed: false });
		});

		it('has fal drop what it does not begin, for nothing, and says what that means', () => {
			expect(jobs.queued).toMatchObject({ state: 'COMPLETED', resultStatus: 504, billed: false });
			const failed = outputs[1]?.find(({ json }) => json.row === 1)?.json;
			expect(failed?.error).toBe('fal did not start the edit within its start timeout');
			expect(detailsOf(1)?.description).toMatch(/costs nothing.*'Start Timeout \(Seconds\)'/);
		});

		it('delivers a request that finished meanwhile: fal answers the cancel with ALREADY_COMPLETED', () => {
			expect(cancels).toEqual([400]);
			expect(outputs[0]?.[0]?.json).toMatchObject({ row: 3, request_id: jobs.finished?.id });
		});

		it('says when fal did not confirm the cancel', () => {
			expect(detailsOf(2)?.description).toMatch(/could not be cancelled/);
			expect(detailsOf(2)?.description).toContain(jobs.unsure?.id);
		});
	});
});

/** Runs the node, and stops the execution as soon as something holds. */
async function stopWhen(
	holds: () => boolean,
	run: EditRun = {},
	afterwards = () => {},
): Promise<NodeResult> {
	let stop = () => {};
	const running = bench.edit({ ...run, onStart: (stopRun) => (stop = stopRun) });
	// Also when it never holds: a node left waiting would keep the tests from ending.
	await until(holds).finally(() => stop());
	afterwards();
	return await running;
}

describe('when the execution is stopped', () => {
	const allCancelled = () =>
		bench.fal.jobs.every(({ cancelRequestedAt }) => cancelRequestedAt !== undefined);

	it('cancels all waiting requests at fal', async () => {
		forEver();
		const items = rows(['one', 'two', 'three', 'four', 'five']);
		const parameters = { prompt: '={{ $json.value }}' };
		const { outputs } = await stopWhen(() => waiting() >= 5, { items, parameters });
		expect(outputs.flat()).toEqual([]);
		await until(allCancelled);
		expect(bench.fal.jobs).toHaveLength(5);
	});

	it('orders nothing any more', async () => {
		const { file } = await storeImage();
		bench.fal.faults.add({ stage: 'upload', kind: 'hang' });
		const items = [{ json: {}, binary: { file } }];
		const parameters = { images: fromFields('*') };
		await stopWhen(() => bench.calls('upload').length > 0, { items, parameters });
		expect(bench.calls('submit')).toEqual([]);
	});

	it('cancels a request whose order was under way', async () => {
		forEver();
		const answer = hold();
		bench.take({ stage: 'submit', kind: 'slow', until: answer.until });
		await stopWhen(() => bench.fal.jobs.length > 0, {}, answer.release);
		await until(allCancelled);
		expect(bench.fal.jobs).toHaveLength(1);
	});
});

describe('passing failures while it waits', () => {
	const NO_STREAM = '[fault: stream=404]';
	const FAULTS = [
		NO_STREAM,
		'[fault: stream=html x1]',
		'[fault: stream=drop-before x1]',
		'[fault: stream=500 x2]',
		...[
			'500 x2',
			'html x1',
			'broken-json x1',
			'drop-before x1',
			'vanish x2',
			'unknown-state x2',
			'wrong-shape x1',
			'null-body x1',
		].map((fault) => `${NO_STREAM} [fault: status=${fault}]`),
		'[fault: result=502 x1]',
		'[fault: result=late-result 600000ms x1]',
		'[fault: download=cut-short x1]',
		'[fault: download=cut-short-silent x1]',
	];
	let outcomes: Record<string, number>;

	// Each is an item of one run, so that they wait side by side.
	beforeAll(async () => {
		const items = rows(FAULTS);
		const node = { onError: 'continueErrorOutput' as const };
		const parameters = { prompt: '=blue {{ $json.value }}' };
		const { outputs } = await bench.edit({ items, parameters, node });
		const orders = (fault: string) =>
			bench.inputs().filter(({ prompt }) => prompt === `blue ${fault}`).length;
		const delivered = (outputs[0] ?? []).map(({ json }) => String(json.value));
		outcomes = Object.fromEntries(delivered.map((fault) => [fault, orders(fault)]));
	});

	it.each(FAULTS)('%s: the edit is delivered, and ordered once', (fault) => {
		expect(outcomes[fault]).toBe(1);
	});
});
