import {
	failure,
	made,
	PUBLIC_URL,
	until,
	useEditBench,
	type EditRun,
} from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => Object.assign(bench.fal.settings, { latency: 0, cancelRunning: 'cancel' }));

const cancel = async (run: EditRun) => await bench.run('cancel', run);
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const WAITS = 'waits [fault: queue=stuck-queue]';
const RUNS = 'runs [latency: 600000]';

it("gives fal's three words for requests that wait, run, are finished, or never were", async () => {
	const items = await bench.submitAll([WAITS, RUNS, 'finished']);
	const out = made(await cancel({ items: [...items, { json: { row: 3, request_id: UNKNOWN } }] }));
	expect(out.map(({ json }) => [json.row, json.status])).toEqual([
		[0, 'CANCELLATION_REQUESTED'],
		[1, 'CANCELLATION_REQUESTED'],
		[2, 'ALREADY_COMPLETED'],
		[3, 'NOT_FOUND'],
	]);
	expect(bench.fal.jobs.map(({ cancelRequestedAt }) => cancelRequestedAt !== undefined)).toEqual([
		true,
		true,
		false,
	]);
});

it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'none of the three words is a failure with %s',
	async (onError) => {
		const [finished] = await bench.submitAll(['finished']);
		const items = [finished!, { json: { request_id: UNKNOWN } }];
		const { outputs, error } = await cancel({ items, node: { onError } });
		expect(error).toBeUndefined();
		expect(outputs[0]?.map(({ json }) => json.status)).toEqual(['ALREADY_COMPLETED', 'NOT_FOUND']);
		expect(outputs.slice(1).flat()).toEqual([]);
	},
);

it('gives the request id and the word, and nothing else when the input is not wanted', async () => {
	const items = await bench.submitAll([RUNS]);
	const out = made(await cancel({ items, options: { includeInputFields: false } }));
	expect(out).toEqual([
		{
			json: { request_id: bench.fal.jobs[0]?.id, status: 'CANCELLATION_REQUESTED' },
			pairedItem: { item: 0 },
		},
	]);
});

it('passes on that a running edit may still finish: its images can be fetched then', async () => {
	Object.assign(bench.fal.settings, { cancelRunning: 'finish' });
	const work = bench.holdEdits('runs on');
	const items = await bench.submitAll(['runs on']);
	await until(() => bench.fal.jobs[0]?.state === 'IN_PROGRESS');
	const [asked] = made(await cancel({ items }));
	work.release();
	expect(asked?.json.status).toBe('CANCELLATION_REQUESTED');
	expect(made(await bench.run('getResult', { items: [asked!] }))[0]?.binary).toHaveProperty('data');
});

it('counts a bare success as a request for cancellation', async () => {
	const items = await bench.submitAll([RUNS]);
	bench.fal.faults.add({ stage: 'cancel', kind: 'status', status: 200, body: { success: true } });
	expect(made(await cancel({ items }))[0]?.json.status).toBe('CANCELLATION_REQUESTED');
});

it.each(['ALREADY_COMPLETED', 'NOT_FOUND'])(
	'reads %s also from a proxy that makes every status a 200',
	async (status) => {
		const items = await bench.submitAll([RUNS]);
		bench.fal.faults.add({ stage: 'cancel', kind: 'status', status: 200, body: { status } });
		expect(made(await cancel({ items }))[0]?.json.status).toBe(status);
	},
);

it('asks again after failures that pass', async () => {
	const faults = ['503 x1', '429 x1', 'drop-before x1', '502-html x1'];
	const items = await bench.submitAll(faults.map((fault) => `${RUNS} [fault: cancel=${fault}]`));
	const out = made(await cancel({ items }));
	expect(out.map(({ json }) => json.status)).toEqual(faults.map(() => 'CANCELLATION_REQUESTED'));
	expect(bench.calls('cancel')).toHaveLength(2 * faults.length);
});

it('a key that fal does not know is a failure that names the request', async () => {
	const items = await bench.submitAll([RUNS]);
	bench.fal.faults.add({ stage: 'cancel', kind: '401' });
	const error = failure(await cancel({ items }));
	expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '401' });
	expect(error.message).toMatch(/does not recognize the API key/);
	expect(error.context).toMatchObject({ itemIndex: 0, request_id: bench.fal.jobs[0]?.id });
});

it('a failed cancel touches no other item', async () => {
	const items = await bench.submitAll([`${RUNS} [fault: cancel=401]`, RUNS]);
	const { outputs } = await cancel({ items, node: { onError: 'continueErrorOutput' } });
	expect(outputs.map((some) => some.map(({ json }) => json.row))).toEqual([[1], [0]]);
});
