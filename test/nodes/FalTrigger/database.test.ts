import { DataDeduplicationService } from 'n8n-core';
import { FalTrigger } from '../../../nodes/FalTrigger/FalTrigger.node';
import { CLAIM } from '../../../nodes/shared/limits';
import { failure, useEditBench } from '../../support/edit';
import { runNode } from '../../support/engine';

const bench = useEditBench();

/** How many more looks into n8n's memory succeed, as with a database that is about to go. */
let looks = 0;
let asked = 0;

const entries = new Set<string>();

/** Whether another run writes over a claim before it is looked at again. */
let isTaken = false;

beforeAll(async () => {
	await DataDeduplicationService.init({
		checkProcessedAndRecord: async (items) => {
			asked++;
			if (looks-- <= 0) throw new Error('timeout exceeded when trying to connect');
			if (isTaken) for (const entry of entries) if (entry.includes(' by ')) entries.delete(entry);
			const processed = items.filter((item) => entries.has(String(item)));
			for (const item of items) entries.add(String(item));
			return { new: items.filter((item) => !processed.includes(item)), processed };
		},
		removeProcessed: async (items) => items.forEach((item) => entries.delete(String(item))),
		clearAllProcessedItems: async () => entries.clear(),
		getProcessedDataCount: async () => entries.size,
	});
});

afterEach(() => jest.restoreAllMocks());

async function finishedRequest(): Promise<string> {
	await bench.edit();
	return bench.fal.jobs.at(-1)?.id ?? '';
}

/** Runs the trigger as a callback does; gives what fal was answered. */
async function callBack(requestId: string, onEnd?: () => Promise<void>) {
	const answers: unknown[] = [];
	const result = await runNode({
		nodeType: new FalTrigger(),
		mode: 'webhook',
		onEnd,
		credential: bench.credential,
		items: [
			{ json: { request_id: requestId, callback_data: {}, arrival: { path: '/webhook/done' } } },
		],
		onResponse: (response) => answers.push((response as { statusCode: number }).statusCode),
	});
	return { result, answers };
}

it.each([
	['when it claims the request', 0],
	['when it makes sure of its claim', 1],
])("has fal call again where n8n's database cannot be reached %s", async (_, reached) => {
	const id = await finishedRequest();
	[looks, asked] = [reached, 0];
	const { result, answers } = await callBack(id);
	expect(failure(result).message).toContain('timeout exceeded when trying to connect');
	expect(answers).toEqual([503]);
	expect(asked).toBe(reached + CLAIM.tries);
});

it('gives nothing where another run has the claim in the end, and fal is to call again', async () => {
	const id = await finishedRequest();
	jest.replaceProperty(CLAIM, 'lease', 60);
	[looks, isTaken] = [100, true];
	const { result, answers } = await callBack(id);
	expect(result.outputs).toEqual([[], []]);
	expect(answers).toEqual([503]);
	// It holds on to its claim no longer, but for a sign of life that was on its way.
	asked = 0;
	await new Promise((resolve) => setTimeout(resolve, 200));
	expect(asked).toBeLessThanOrEqual(1);
});

it('a claim lives until fal has its answer, however long the workflow goes on', async () => {
	const id = await finishedRequest();
	jest.replaceProperty(CLAIM, 'lease', 60);
	jest.replaceProperty(CLAIM, 'longest', 150);
	[looks, isTaken] = [1_000, false];
	let askedLate = 0;
	const { answers } = await callBack(id, async () => {
		await new Promise((resolve) => setTimeout(resolve, 600));
		asked = 0;
		await new Promise((resolve) => setTimeout(resolve, 200));
		askedLate = asked;
	});
	expect(answers).toEqual([200]);
	expect(askedLate).toBe(0);
});
