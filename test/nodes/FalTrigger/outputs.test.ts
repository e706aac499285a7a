import { ExecuteContext } from 'n8n-core';
import type { IDataObject, INode } from 'n8n-workflow';
import { FalTrigger } from '../../../nodes/FalTrigger/FalTrigger.node';
import { CALLBACK } from '../../../nodes/shared/limits';
import { failure, PUBLIC_URL, until, useEditBench } from '../../support/edit';
import { runNode } from '../../support/engine';
import { hold } from '../../support/hold';
import { makeImage } from '../../support/images';
import { useProcessedData } from '../../support/processedData';

const bench = useEditBench();
beforeAll(async () => {
	await useProcessedData();
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});
afterEach(() => {
	jest.restoreAllMocks();
	// What a test has put before n8n's own.
	Reflect.deleteProperty(ExecuteContext.prototype, 'onExecutionFinish');
});

const goesOn: Partial<INode> = { onError: 'continueRegularOutput' };

async function ordered(prompt: string): Promise<string> {
	await bench.submitAll([prompt]);
	return bench.fal.jobs.at(-1)?.id ?? '';
}

let runs = 0;

/** Runs the trigger as a callback does; gives what came out, and what fal was answered. */
async function callBack(json: IDataObject, node: Partial<INode> = {}, id = `trigger ${runs}`) {
	const answers: unknown[] = [];
	let isSavedFirst = false;
	const result = await runNode({
		...{ nodeType: new FalTrigger(), mode: 'webhook' as const, credential: bench.credential },
		onEnd: () => void (isSavedFirst = answers.length === 0),
		...{ node: { id, ...node }, executionId: String(++runs) },
		items: [{ json: { arrival: { path: '/webhook/done' }, ...json } }],
		onResponse: (response) => answers.push((response as { statusCode: number }).statusCode),
	});
	return { result, answers, isSavedFirst };
}

it('a finished edit comes out of the first output, with its data', async () => {
	const request_id = await ordered('one');
	const { result, answers } = await callBack({ request_id, callback_data: { row: 7 } });
	const [finished = [], failed] = result.outputs;
	expect(finished).toHaveLength(1);
	expect(finished[0]?.json).toMatchObject({ request_id, callback_data: { row: 7 } });
	expect(finished[0]?.binary?.data).toMatchObject({ mimeType: 'image/png' });
	expect(failed).toEqual([]);
	expect(answers).toEqual([200]);
});

it("fal's refusal comes out of the second output, with its data", async () => {
	const request_id = await ordered('one [fault: model=refusal-422]');
	const { result, answers } = await callBack({ request_id, callback_data: { row: 7 } });
	const [finished, failed = []] = result.outputs;
	expect(finished).toEqual([]);
	expect(failed).toHaveLength(1);
	expect(failed[0]?.json).toMatchObject({
		request_id,
		callback_data: { row: 7 },
		details: { request_id, http_code: 422 },
	});
	expect(answers).toEqual([200]);
});

it('what fal no longer keeps comes out of the second output', async () => {
	const request_id = await ordered('one [fault: result=404]');
	const { result } = await callBack({ request_id, callback_data: {} });
	expect(result.outputs[1]?.[0]?.json.error).toMatch(/no longer/);
});

it('where the account may not fetch the result, the run fails: that is no verdict', async () => {
	const request_id = await ordered('one [fault: result=401]');
	const { result } = await callBack({ request_id, callback_data: {} });
	expect(failure(result).description).toContain(request_id);
});

describe('a download that breaks for good', () => {
	const ask = async (node?: Partial<INode>) => {
		const request_id = await ordered('one [fault: download=gone]');
		return { request_id, ...(await callBack({ request_id, callback_data: {} }, node)) };
	};

	it('ends the run, and names the request; fal is not to call again', async () => {
		const { request_id, result, answers } = await ask();
		expect(failure(result).description).toContain(request_id);
		expect(answers).toEqual([200]);
	});

	it('is an item where the node goes on', async () => {
		const { request_id, result } = await ask(goesOn);
		expect(result.error).toBeUndefined();
		expect(result.outputs[1]?.[0]?.json).toMatchObject({ request_id });
	});
});

it.each([[{}], [{ request_id: 'no/id' }]])(
	'without a callback of fal it says what to do: %j',
	async (json) => {
		const { result, answers } = await callBack(json);
		expect(failure(result).message).toContain('without a callback');
		expect(failure(result).description).toContain('Test URL');
		expect(answers).toEqual([]);
	},
);

it('a later run for the same request gives nothing, and tells fal that it is delivered', async () => {
	const request_id = await ordered('one');
	await callBack({ request_id, callback_data: {} }, {}, 'same');
	const { result, answers } = await callBack({ request_id, callback_data: {} }, {}, 'same');
	expect(result.outputs).toEqual([[], []]);
	expect(answers).toEqual([200]);
});

it('a run for what another one is at gives nothing, and fal is to call again', async () => {
	const request_id = await ordered('one');
	const results = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until });
	const first = callBack({ request_id, callback_data: {} }, {}, 'under way');
	await until(() => bench.calls('result').length > 0);
	const { result, answers } = await callBack({ request_id, callback_data: {} }, {}, 'under way');
	expect(result.outputs).toEqual([[], []]);
	expect(answers).toEqual([503]);
	results.release();
	expect((await first).answers).toEqual([200]);
});

it("another request's data gives nothing", async () => {
	const [first, second] = [await ordered('one'), await ordered('two')];
	const arrival = { path: '/webhook/done', nonce: 'n'.repeat(22) };
	await callBack({ request_id: first, callback_data: {}, arrival }, {}, 'data');
	const json = { request_id: second, callback_data: {}, arrival };
	const { result, answers } = await callBack(json, {}, 'data');
	expect(result.outputs).toEqual([[], []]);
	expect(answers).toEqual([401]);
});

it('a delivery that lasts is to be called for again, once', async () => {
	jest.replaceProperty(CALLBACK, 'answer', 0);
	const request_id = await ordered('one');
	const results = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until });
	const answers: unknown[] = [];
	const running = runNode({
		...{ nodeType: new FalTrigger(), mode: 'webhook', credential: bench.credential },
		node: { id: 'lasts' },
		items: [{ json: { request_id, callback_data: {}, arrival: { path: '/webhook/done' } } }],
		onResponse: (response) => answers.push(response),
	});
	await until(() => answers.length > 0);
	results.release();
	expect((await running).outputs[0]).toHaveLength(1);
	expect(answers).toEqual([
		{ statusCode: 503, headers: {}, body: { message: 'this request is not delivered yet' } },
	]);
});

it('the answer comes once n8n has saved the run, where it tells of that moment', async () => {
	const request_id = await ordered('one');
	const { answers, isSavedFirst } = await callBack({ request_id, callback_data: {} });
	expect(answers).toEqual([200]);
	expect(isSavedFirst).toBe(true);
});

it('an n8n that tells of no such moment answers at once, and each request is delivered once', async () => {
	const old = { value: undefined, configurable: true };
	Object.defineProperty(ExecuteContext.prototype, 'onExecutionFinish', old);
	const request_id = await ordered('one');
	const first = await callBack({ request_id, callback_data: {} }, {}, 'old');
	expect(first.result.outputs[0]).toHaveLength(1);
	expect(first.answers).toEqual([200]);
	expect(first.isSavedFirst).toBe(false);
	const again = await callBack({ request_id, callback_data: {} }, {}, 'old');
	expect(again.result.outputs).toEqual([[], []]);
});

it.each([
	['at another address', '/webhook/other'],
	['without its data', '/webhook/done'],
])('an order of this process that comes in %s gives nothing', async (_, path) => {
	const webhookUrl = 'https://example.com/webhook/done';
	const values = [{ name: 'row', value: '7' }];
	const parameters = { prompt: 'one [fault: webhook=never]', webhookUrl, callbackData: { values } };
	await bench.run('submit', { parameters });
	await bench.settled();
	const request_id = bench.fal.jobs.at(-1)?.id ?? '';
	const { result, answers } = await callBack({ request_id, callback_data: {}, arrival: { path } });
	expect(result.outputs).toEqual([[], []]);
	expect(answers).toEqual([401]);
});
