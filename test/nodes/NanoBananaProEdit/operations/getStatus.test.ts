import type { IDataObject } from 'n8n-workflow';
import { failure, made, PUBLIC_URL, rows, useEditBench, type EditRun } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => Object.assign(bench.fal.settings, { othersInQueue: 0 }));

const getStatus = async (run: EditRun) => await bench.run('getStatus', run);
const WAITS = 'waits [fault: queue=stuck-queue]';
const RUNS = 'runs [latency: 600000]';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

const addressesOf = (id: string | undefined) => {
	const response_url = `https://queue.fal.run/fal-ai/nano-banana-pro/requests/${id}`;
	return {
		response_url,
		status_url: `${response_url}/status`,
		cancel_url: `${response_url}/cancel`,
	};
};

it("gives fal's own status object for a request in each of its states", async () => {
	Object.assign(bench.fal.settings, { othersInQueue: 4 });
	const items = await bench.submitAll([WAITS, RUNS, 'finished']);
	const options = { includeInputFields: false };
	const out = made(await getStatus({ items, options }));
	const common = bench.fal.jobs.map(({ id }) => ({ request_id: id, ...addressesOf(id) }));
	expect(out.map(({ json }) => json)).toEqual([
		{ status: 'IN_QUEUE', queue_position: 4, ...common[0] },
		{ status: 'IN_PROGRESS', ...common[1] },
		{
			status: 'COMPLETED',
			metrics: { inference_time: expect.any(Number) as number },
			...common[2],
		},
	]);
	expect(out.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
	expect(out.every(({ binary }) => binary === undefined)).toBe(true);
});

it('keeps the fields of the input, of which the newer status wins', async () => {
	const [item] = await bench.submitAll(['finished']);
	expect(item?.json.status).toBe('IN_QUEUE');
	const [out] = made(await getStatus({ items: [item!] }));
	expect(out?.json).toMatchObject({ row: 0, prompt: 'finished', status: 'COMPLETED' });
});

it("adds fal's logs only when they are asked for", async () => {
	const items = await bench.submitAll(['finished']);
	const [without] = made(await getStatus({ items }));
	const [plain] = made(await getStatus({ items, options: { includeLogs: false } }));
	const [withLogs] = made(await getStatus({ items, options: { includeLogs: true } }));
	expect(without?.json).not.toHaveProperty('logs');
	expect(plain?.json).not.toHaveProperty('logs');
	const texts = (withLogs?.json.logs as IDataObject[]).map(({ message }) => message);
	expect(texts).toEqual(['Request queued', 'Runner started', 'Request completed']);
	const asked = bench.calls('status').map(({ url }) => new URL(url).searchParams.get('logs'));
	expect(asked).toEqual(['0', '0', '1']);
});

it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	"a request that failed is still a status with %s: fal's error stands in it",
	async (onError) => {
		const items = await bench.submitAll(['b [fault: result=completed-error]']);
		const { outputs } = await getStatus({ items, node: { onError } });
		expect(outputs[0]?.[0]?.json).toMatchObject({
			status: 'COMPLETED',
			error: 'Runner answered with an error',
			error_type: 'runner_server_error',
		});
		expect(outputs.slice(1).flat()).toEqual([]);
	},
);

it('looks once for each item and costs nothing', async () => {
	const items = await bench.submitAll(['one', 'two', 'three']);
	made(await getStatus({ items }));
	expect(bench.calls('status')).toHaveLength(3);
	expect(bench.fal.jobs).toHaveLength(3);
});

it('looks again after failures that pass', async () => {
	const faults = ['500', '429', 'html', 'broken-json', 'drop-before', 'null-body', 'wrong-shape'];
	const items = await bench.submitAll(faults.map((kind) => `blue [fault: status=${kind} x1]`));
	const out = made(await getStatus({ items }));
	expect(out.map(({ json }) => json.status)).toEqual(faults.map(() => 'COMPLETED'));
	expect(bench.calls('status')).toHaveLength(2 * faults.length);
});

it('passes a state on that fal invents later', async () => {
	const items = await bench.submitAll(['finished [fault: status=unknown-state]']);
	expect(made(await getStatus({ items }))[0]?.json.status).toBe('CANCELED');
});

it('says that fal does not know a request', async () => {
	const error = failure(await getStatus({ items: [{ json: { request_id: UNKNOWN } }] }));
	expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '404' });
	expect(error.message).toBe('fal does not know this request');
	expect(error.description).toContain("'Request ID'");
	expect(error.context).toMatchObject({ itemIndex: 0, request_id: UNKNOWN, httpCode: 404 });
});

it('a request of another account is unknown, and touches no other item', async () => {
	const [mine] = await bench.submitAll(['mine']);
	const items = [{ json: { row: 'theirs', request_id: UNKNOWN } }, mine!];
	const { outputs, error } = await getStatus({ items, node: { onError: 'continueErrorOutput' } });
	expect(error).toBeUndefined();
	expect(outputs.map((some) => some.map(({ json }) => json.row))).toEqual([[0], ['theirs']]);
	expect(outputs[1]?.[0]?.json.details).toMatchObject({ request_id: UNKNOWN, http_code: 404 });
});

it('gives nothing and calls nobody when no items come in', async () => {
	expect((await getStatus({ items: rows([]) })).outputs.flat()).toEqual([]);
	expect(bench.fal.records).toEqual([]);
});
