import { TriggerContext } from 'n8n-core';
import { Workflow, type IDataObject, type INode, type ITriggerFunctions } from 'n8n-workflow';
import { FalTrigger } from '../../../nodes/FalTrigger/FalTrigger.node';
import { SWEEP } from '../../../nodes/shared/limits';
import { CallbackServer } from '../../support/callbackServer';
import { PUBLIC_URL, useEditBench } from '../../support/edit';
import {
	additionalDataFor,
	LOCATION,
	nodeTypesFor,
	runNode,
	type NodeResult,
} from '../../support/engine';
import { makeImage } from '../../support/images';
import { useProcessedData } from '../../support/processedData';
import { until } from '../../support/until';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/', 'rest.fal.ai/'] });
let made = 0;
let executions = 0;
let close: Array<() => Promise<unknown>> = [];

beforeAll(async () => {
	await useProcessedData();
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

beforeEach(() => {
	jest.replaceProperty(SWEEP, 'every', 30);
	jest.replaceProperty(SWEEP, 'after', 1);
});

afterEach(async () => {
	for (const one of close.splice(0)) await one();
	jest.restoreAllMocks();
	close = [];
});

/** The trigger with Missed Callbacks, as n8n switches it on. */
async function switchOn(id: string, options: IDataObject) {
	const nodeType = new FalTrigger();
	const node: INode = {
		...{ id, name: 'Edit Is Finished', typeVersion: 1.1, position: [0, 0] },
		type: 'n8n-nodes-nano-banana-pro.falTrigger',
		parameters: { path: 'done', options } as INode['parameters'],
		credentials: { falApi: { id: '1', name: 'fal' } },
	};
	const workflow = new Workflow({
		...{ id: LOCATION.workflowId, nodes: [node], connections: {}, active: true },
		nodeTypes: nodeTypesFor(nodeType),
	});
	const { credential } = bench;
	const results: NodeResult[] = [];
	const emit: ITriggerFunctions['emit'] = (data, response) => {
		void runNode({
			...{ nodeType, node: { id, typeVersion: 1.1 }, credential, mode: 'trigger' },
			executionId: `sweep ${++executions}`,
			items: data[0] ?? [],
			onResponse: (answer) => response?.resolve(answer),
		}).then((result) => {
			response?.resolve({});
			results.push(result);
		});
	};
	const additionalData = additionalDataFor({ items: [], credential });
	const ctx = new TriggerContext(workflow, node, additionalData, 'trigger', 'activate', emit);
	const response = await nodeType.trigger.call(ctx as unknown as ITriggerFunctions);
	if (response?.closeFunction) close.push(response.closeFunction);
	const cameOut = () => results.flatMap(({ outputs }) => outputs[0] ?? []).map(({ json }) => json);
	return { response, results, cameOut };
}

async function server(id: string): Promise<CallbackServer> {
	const trigger = await new CallbackServer(bench, { id }).start();
	close.push(async () => await trigger.stop());
	return trigger;
}

const all = { missed: 'all' };

it('does nothing where nobody wants it', async () => {
	expect((await switchOn(`sweep ${++made}`, {})).response).toBeUndefined();
	expect(bench.calls('history')).toEqual([]);
});

it('delivers what was not called back, once, beside what was', async () => {
	const id = `sweep ${++made}`;
	const trigger = await server(id);
	const swept = await switchOn(id, all);
	await bench.submitAll(['one', 'two', 'three', 'four']);
	const [called, ...missed] = bench.fal.jobs.map((job) => job.id);
	// Where the look is at it already, fal is told to call again.
	await until(async () => (await trigger.send(called!)).status === 200);
	await until(() => swept.cameOut().length >= missed.length);
	const looks = bench.calls('history').length;
	await until(() => bench.calls('history').length > looks + 2);
	const byCall = trigger.results.flatMap(({ outputs }) => outputs[0] ?? []);
	const delivered = [...byCall.map(({ json }) => json), ...swept.cameOut()];
	expect(delivered.map(({ request_id }) => request_id).sort()).toEqual([called, ...missed].sort());
	// Late calls are thanked.
	expect(await trigger.send(missed[0]!)).toMatchObject({ status: 200 });
	expect(delivered).toHaveLength(4);
});

it('gives the callback data of what this process has submitted', async () => {
	const id = `sweep ${++made}`;
	const swept = await switchOn(id, all);
	const values = [{ name: 'row', value: 7 }];
	const parameters = { webhookUrl: 'https://example.com/done', callbackData: { values } };
	// Nobody answers there.
	await bench.run('submit', { parameters });
	await bench.settled();
	await until(() => swept.cameOut().length > 0);
	expect(swept.cameOut()).toMatchObject([{ callback_data: { row: 7 } }]);
});

it('leaves what has just finished to its callback', async () => {
	jest.replaceProperty(SWEEP, 'after', 60_000);
	const swept = await switchOn(`sweep ${++made}`, all);
	await bench.submitAll(['one']);
	const looks = bench.calls('history').length;
	await until(() => bench.calls('history').length > looks + 2);
	expect(swept.results).toEqual([]);
});

it('says when the workflow is switched on that a key may not read the history', async () => {
	bench.fal.faults.add({ stage: 'history', kind: 'status', status: 403 });
	await expect(switchOn(`sweep ${++made}`, all)).rejects.toThrow(
		"has no access to fal's request history, which 'Missed Callbacks' needs",
	);
});
