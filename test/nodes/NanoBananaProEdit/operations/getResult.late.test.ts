import type { INodeExecutionData } from 'n8n-workflow';
import { failure, made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
const DAY = 24 * 3_600_000;
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() =>
	Object.assign(bench.fal.settings, {
		...{ resultRetention: 3_600_000, payloadRetention: 30 * DAY },
		proxyAllows: ['api.fal.ai/'],
	}),
);

/** Requests whose results fal's queue has dropped. */
async function oldRequests(prompts: string[]): Promise<INodeExecutionData[]> {
	const items = await bench.submitAll(prompts);
	bench.fal.settings.resultRetention = -1;
	return items;
}

const getResult = async (items: INodeExecutionData[], parameters = {}) =>
	await bench.run('getResult', { items, parameters });

it.each([true, false])('gives what only the history has, waiting or not: %s', async (waits) => {
	const items = await oldRequests(['one', 'two']);
	const out = made(await getResult(items, { waitForResult: waits }));
	expect(out.map(({ json }) => [json.row, json.request_id])).toEqual(
		bench.fal.jobs.map(({ id }, row) => [row, id]),
	);
	for (const { json, binary } of out) {
		expect(binary?.data?.mimeType).toBe('image/png');
		// The history does not say what it cost.
		expect(json).not.toHaveProperty('cost');
	}
});

it.each(['status=404-empty', 'result=410'])('the same where the queue says %s', async (fault) => {
	const [stage = '', kind = ''] = fault.split('=');
	const items = await bench.submitAll(['one']);
	bench.fal.faults.add({ stage: 'stream', kind: '404' });
	bench.fal.faults.add({ stage: stage as 'status', kind });
	expect(made(await getResult(items))[0]?.binary).toHaveProperty('data');
});

it('gives it to a Retry that comes late', async () => {
	const parameters = { prompt: 'late [fault: result=401 x1]' };
	const first = await bench.edit({ parameters });
	failure(first);
	bench.fal.settings.resultRetention = -1;
	expect(made(await bench.edit({ parameters, retryOf: first.run }))[0]?.binary).toBeDefined();
	expect(bench.fal.jobs).toHaveLength(1);
});

describe('says that fal keeps the result no longer', () => {
	const says = async (items: INodeExecutionData[]) => {
		const result = await getResult(items);
		expect(failure(result).message).toMatch(/no longer keeps the result/);
		expect(failure(result).description).toContain(bench.fal.jobs[0]?.id);
	};

	it('after thirty days', async () => {
		const items = await oldRequests(['one']);
		bench.fal.settings.payloadRetention = -1;
		await says(items);
	});

	it.each(['401-error', '403-error', '404-error', '500-error'])(
		'where the history cannot be read: %s',
		async (kind) => {
			bench.fal.faults.add({ stage: 'history', kind });
			await says(await oldRequests(['one']));
		},
	);

	it("behind fal's own proxy, with a hint where the node goes on", async () => {
		const items = await oldRequests(['one']);
		bench.fal.settings.proxyAllows = [];
		await says(items);
		const node = { onError: 'continueRegularOutput' as const };
		const { hints } = await bench.run('getResult', { items, node });
		expect(hints.filter((hint) => /request history/.test(hint))).toHaveLength(1);
	});
});

it("does not look for what is no request of fal's", async () => {
	const items = rows(['not-a-request']);
	const parameters = { requestId: '={{ $json.value }}' };
	expect(failure(await bench.run('getResult', { items, parameters })).message).toMatch(
		/does not know this request/,
	);
	expect(bench.calls('history')).toEqual([]);
});
