import type { IDataObject } from 'n8n-workflow';
import { DataDeduplicationService } from 'n8n-core';
import { FalTrigger } from '../../../nodes/FalTrigger/FalTrigger.node';
import { made, PUBLIC_URL, useEditBench } from '../../support/edit';
import { runNode, type NodeResult } from '../../support/engine';
import { makeImage } from '../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });

beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
	const entries = new Set<string>();
	await DataDeduplicationService.init({
		checkProcessedAndRecord: async (items) => {
			const processed = items.filter((item) => entries.has(String(item)));
			for (const item of items) entries.add(String(item));
			return { new: items.filter((item) => !processed.includes(item)), processed };
		},
		removeProcessed: async (items) => items.forEach((item) => entries.delete(String(item))),
		clearAllProcessedItems: async () => entries.clear(),
		getProcessedDataCount: async () => entries.size,
	});
});
afterEach(() => (bench.fal.settings.resultRetention = 3_600_000));

/** Runs the trigger as a callback about the last request does. */
async function run(options: IDataObject = {}): Promise<NodeResult> {
	const request_id = bench.fal.jobs.at(-1)?.id ?? '';
	return await runNode({
		...{ nodeType: new FalTrigger(), mode: 'webhook', credential: bench.credential },
		items: [{ json: { request_id, callback_data: {}, arrival: { path: '/webhook/done' } } }],
		parameters: { options },
	});
}

const callBack = async (options?: IDataObject) => made(await run(options))[0]?.json;

it('gives what the image has cost', async () => {
	await bench.submitAll(['one']);
	expect(await callBack()).toMatchObject({
		...{ cost: 0.15, cost_currency: 'USD', billable_units: 1 },
	});
	expect(bench.calls('pricing')).toHaveLength(1);
});

it('asks for no price where nobody wants to know', async () => {
	await bench.submitAll(['one']);
	expect(await callBack({ includeCost: false })).not.toHaveProperty('cost');
	expect(bench.calls('pricing')).toEqual([]);
});

it('says why the cost is not known where the key may not ask for it', async () => {
	await bench.submitAll(['one']);
	bench.fal.faults.add({ stage: 'pricing', kind: '403' });
	const { hints } = await run();
	expect(hints).toEqual([expect.stringContaining("no access to fal's price list")]);
});

it("delivers a result that fal's queue has dropped", async () => {
	await bench.submitAll(['one']);
	bench.fal.settings.resultRetention = -1;
	expect(await callBack()).toMatchObject({ request_id: bench.fal.jobs[0]?.id });
});
