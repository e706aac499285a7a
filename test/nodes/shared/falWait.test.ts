import {
	failure,
	fromFields,
	made,
	PUBLIC_URL,
	rows,
	until,
	useEditBench,
} from '../../support/edit';
import { makePicture, storePicture } from '../../support/pictures';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makePicture() };
});
afterEach(() =>
	Object.assign(bench.fal.settings, { latency: 0, slots: 40, cancelRunning: 'cancel' }),
);

const ONE_SECOND = { timeout: 1 };
const forEver = () => Object.assign(bench.fal.settings, { latency: 600_000 });

describe('when the time is up', () => {
	it('cancels the request at fal, and says so with its id', async () => {
		forEver();
		const error = failure(await bench.edit({ options: ONE_SECOND }));
		const [job] = bench.fal.jobs;
		expect(error.name).toBe('NodeOperationError');
		expect(error.message).toMatch(/1 second/);
		expect(error.description).toMatch(/cancelled at fal.*'Timeout \(Seconds\)'/);
		expect(error.description).toContain(job?.id);
		expect(error.context).toMatchObject({ itemIndex: 0, request_id: job?.id });
		expect(job?.cancelRequestedAt).toBeDefined();
	});

	it('cancels a request that still waits in the queue', async () => {
		Object.assign(bench.fal.settings, { latency: 600_000, slots: 0 });
		failure(await bench.edit({ options: ONE_SECOND }));
		expect(bench.fal.jobs[0]).toMatchObject({
			state: 'COMPLETED',
			resultStatus: 499,
			billed: false,
		});
	});

	it('touches no other item', async () => {
		const items = rows(['edit [latency: 600000]', 'edit']);
		const node = { onError: 'continueErrorOutput' as const };
		const run = { items, parameters: { prompt: '={{ $json.value }}' }, options: ONE_SECOND, node };
		const { outputs } = await bench.edit(run);
		expect(outputs.map((out) => out.map(({ json }) => json.row))).toEqual([[1], [0]]);
		const slow = bench.fal.jobs.find(({ cancelRequestedAt }) => cancelRequestedAt !== undefined);
		expect(outputs[1]?.[0]?.json.details).toMatchObject({ request_id: slow?.id });
	});

	it('delivers a request that finished meanwhile', async () => {
		const body = { status: 'IN_PROGRESS' };
		bench.fal.faults.add({ stage: 'status', kind: 'status', status: 202, body });
		expect(made(await bench.edit({ options: ONE_SECOND }))).toHaveLength(1);
		expect(bench.calls('cancel').map(({ statusCode }) => statusCode)).toEqual([400]);
	});

	it('says when fal did not confirm the cancel', async () => {
		forEver();
		bench.fal.faults.add({ stage: 'cancel', kind: '404' });
		const error = failure(await bench.edit({ options: ONE_SECOND }));
		expect(error.description).toMatch(/could not be cancelled/);
		expect(error.description).toContain(bench.fal.jobs[0]?.id);
	});
});

describe('when the execution is stopped', () => {
	it('cancels all waiting requests at fal', async () => {
		forEver();
		let stop = () => {};
		const running = bench.edit({
			items: rows(['one', 'two', 'three', 'four', 'five']),
			parameters: { prompt: '={{ $json.value }}' },
			onStart: (stopRun) => (stop = stopRun),
		});
		await until(() => bench.calls('status').length >= 5);
		stop();
		const { outputs } = await running;
		expect(outputs.flat()).toEqual([]);
		await until(() => bench.fal.jobs.every(({ cancelRequestedAt }) => cancelRequestedAt));
		expect(bench.fal.jobs).toHaveLength(5);
	});

	it('orders nothing any more', async () => {
		const { file } = await storePicture();
		bench.fal.faults.add({ stage: 'upload', kind: 'hang' });
		let stop = () => {};
		const running = bench.edit({
			items: [{ json: {}, binary: { file } }],
			parameters: { images: fromFields('*') },
			onStart: (stopRun) => (stop = stopRun),
		});
		await until(() => bench.calls('upload').length > 0);
		stop();
		await running;
		expect(bench.calls('submit')).toEqual([]);
	});

	it('cancels a request whose order was under way', async () => {
		forEver();
		bench.take({ stage: 'submit', kind: 'slow', ms: 300 });
		let stop = () => {};
		const running = bench.edit({ onStart: (stopRun) => (stop = stopRun) });
		await until(() => bench.fal.jobs.length > 0);
		stop();
		await running;
		await until(() => bench.fal.jobs[0]?.cancelRequestedAt !== undefined);
	});
});

describe('passing failures while it waits', () => {
	const FAULTS = [
		'status=500 x2',
		'status=html x1',
		'status=broken-json x1',
		'status=drop-before x1',
		'status=vanish x2',
		'status=unknown-state x2',
		'status=wrong-shape x1',
		'status=null-body x1',
		'result=502 x1',
		'result=late-result 300ms',
		'download=cut-short x1',
		'download=cut-short-silent x1',
	];
	let outcomes: Record<string, number>;

	// Each is an item of one run, so that they wait side by side.
	beforeAll(async () => {
		const items = rows(FAULTS);
		const node = { onError: 'continueErrorOutput' as const };
		const parameters = { prompt: '=blue [fault: {{ $json.value }}]' };
		const { outputs } = await bench.edit({ items, parameters, node });
		const orders = (fault: string) =>
			bench.inputs().filter(({ prompt }) => String(prompt).includes(fault)).length;
		const delivered = (outputs[0] ?? []).map(({ json }) => String(json.value));
		outcomes = Object.fromEntries(delivered.map((fault) => [fault, orders(fault)]));
	});

	it.each(FAULTS)('%s: the edit is delivered, and ordered once', (fault) => {
		expect(outcomes[fault]).toBe(1);
	});
});
