import { runsOf, type NodeRun, type Workflow, type WorkflowNode } from '../n8n';
import { AgentChat, agentTemplate } from './support/agentTemplate';
import { useBench } from './support/bench';
import { photo } from './support/images';
import { EDIT_TYPE } from './support/workflow';

const address = 'https://example.com/photo.webp';

const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

function changed(node: WorkflowNode): WorkflowNode {
	// Up to version 2 the agent has n8n's core call its tools; later ones have its engine do so.
	if (node.name === 'Image Agent') return { ...node, typeVersion: 2 };
	if (node.type !== `${EDIT_TYPE}Tool`) return node;
	return { ...node, ...retry, parameters: { ...node.parameters, options: {} } };
}

const workflow: Workflow = { ...agentTemplate(), nodes: agentTemplate().nodes.map(changed) };

const bench = useBench({ emulator: { proxyAllows: ['api.fal.ai/'] } });
const chat = new AgentChat(bench, workflow);
beforeAll(async () => await chat.open());
afterAll(async () => await chat.close());
beforeEach(async () => {
	chat.forget();
	chat.named = address;
	bench.fal.settings.publicFiles = { [address]: await photo('web.webp') };
});

/** The tool's runs of the latest execution, one a try. */
async function tries(): Promise<NodeRun[]> {
	const [{ id } = { id: '' }] = await bench.n8n.api.workflows();
	const [latest] = await bench.n8n.api.executions(id);
	return runsOf(await bench.n8n.api.waitForExecution(latest?.id ?? ''), 'Edit Images');
}

const calls = (stage: string) => bench.fal.records.filter((record) => record.stage === stage);

it('a tool that is run again because a download failed makes no second request', async () => {
	bench.fal.faults.add({ stage: 'download', kind: '503', times: 9 });
	const answer = await chat.say(`Please make ${address} autumn`);
	expect((await tries()).map(({ executionStatus }) => executionStatus)).toEqual([
		'error',
		'success',
	]);
	expect(calls('submit')).toHaveLength(1);
	await chat.expectEdited(answer);
});

it('a tool that is run again because an answer was lost finds the request that it has made', async () => {
	bench.fal.faults.add({ stage: 'submit', kind: 'drop-after', times: 1 });
	bench.fal.faults.add({ stage: 'download', kind: '503', times: 9 });
	const answer = await chat.say(`Please make ${address} autumn`);
	expect(await tries()).toHaveLength(2);
	expect(calls('submit')).toHaveLength(1);
	await chat.expectEdited(answer);
});

it('a tool that is run again while a request is in doubt sends it no second time', async () => {
	bench.fal.faults.add({ stage: 'submit', kind: 'drop-after', times: 1 });
	bench.fal.faults.add({ stage: 'history', kind: '403' });
	await chat.say(`Please make ${address} autumn`);
	const [last, ...before] = (await tries()).reverse();
	expect(before).toHaveLength(2);
	expect(last?.error?.message).toMatch(/fal may have taken the edit/);
	expect(calls('submit')).toHaveLength(1);
	expect(bench.fal.jobs).toHaveLength(1);
});

describe('a tool that is called twice with the same words, on purpose', () => {
	it('makes an edit for each call', async () => {
		chat.calls = 2;
		await chat.say(`Please make ${address} autumn, twice`);
		expect(await tries()).toHaveLength(2);
		expect(bench.fal.jobs).toHaveLength(2);
	});

	it('makes an edit for each call, also where it is run again for both', async () => {
		chat.calls = 2;
		bench.fal.faults.add({ stage: 'download', kind: '503', times: 18 });
		await chat.say(`Please make ${address} autumn, twice`);
		const ended = (await tries()).map(({ executionStatus }) => executionStatus);
		expect(ended.filter((status) => status === 'success')).toHaveLength(2);
		expect(calls('submit')).toHaveLength(2);
	});

	it('makes an edit for each message', async () => {
		for (let message = 0; message < 2; message++) await chat.say(`Please make ${address} autumn`);
		expect(bench.fal.jobs).toHaveLength(2);
	});
});
