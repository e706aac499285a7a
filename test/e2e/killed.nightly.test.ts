import { allOutputOf, type Workflow } from '../n8n';
import { startService, type RunningService } from '../services/server';
import { hold } from '../support/hold';
import { until } from '../support/until';
import { Bench } from './support/bench';
import { calledTrigger, callWorkflow, rowsAndEdit, webhook } from './support/rows';
import { chain, EDIT_TYPE, type NodeSpec } from './support/workflow';

interface Killed {
	name: string;
	rows: number;
	/** how many requests fal has when n8n is killed, and works on the last; if undefined, the node behind ours runs */
	requests?: number;
	/** how many requests it is to have in the end; if undefined, one a row */
	edits?: number;
	parameters?: object;
	make: (nodes: NodeSpec[], name: string) => Workflow;
	trigger?: NodeSpec;
	settings?: object;
}

const bench = new Bench();
/** What the node behind ours calls: it answers once n8n runs again. */
let service: RunningService;
const called = new Set<string>();
const again = hold();

const schedule: NodeSpec = {
	name: 'Schedule',
	type: 'n8n-nodes-base.scheduleTrigger',
	typeVersion: 1.2,
	parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: 10 }] } },
};

const noOp: NodeSpec = { name: 'Between', type: 'n8n-nodes-base.noOp', typeVersion: 1 };

const withTwoBehind = (nodes: NodeSpec[], name: string) => withOneBehind([...nodes, noOp], name);

function withOneBehind(nodes: NodeSpec[], name: string): Workflow {
	const behind: NodeSpec = {
		name: 'Behind',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: { url: `${service.url}/${name}`, options: {} },
	};
	return chain(name, [...nodes, behind]);
}

/** n8n's recovery goes through the nodes as they are listed. */
function oursListedFirst(nodes: NodeSpec[], name: string): Workflow {
	const workflow = chain(name, nodes);
	const isOurs = ({ type }: { type: string }) => Number(type === EDIT_TYPE);
	return { ...workflow, nodes: workflow.nodes.toSorted((a, b) => isOurs(b) - isOurs(a)) };
}

const loop = (name: string, batchSize: number, options = {}): NodeSpec => ({
	...{ name, type: 'n8n-nodes-base.splitInBatches', typeVersion: 3 },
	parameters: { batchSize, options },
});

const link = (node: string) => [{ node, type: 'main', index: 0 }];

const inLoopOf =
	(batchSize: number) =>
	([trigger, rows, ours]: NodeSpec[], name: string): Workflow => {
		const workflow = chain(name, [trigger!, rows!, loop('Loop', batchSize), ours!]);
		const round = { Loop: { main: [[], link('Edit')] }, Edit: { main: [link('Loop')] } };
		return { ...workflow, connections: { ...workflow.connections, ...round } };
	};

function inNestedLoops([trigger, rows, ours]: NodeSpec[], name: string): Workflow {
	const inner = loop('Inner', 1, { reset: '={{ $prevNode.name === "Outer" }}' });
	const workflow = chain(name, [trigger!, rows!, loop('Outer', 2), inner, ours!]);
	const rounds = {
		Outer: { main: [[], link('Inner')] },
		Inner: { main: [link('Outer'), link('Edit')] },
		Edit: { main: [link('Inner')] },
	};
	return { ...workflow, connections: { ...workflow.connections, ...rounds } };
}

const chained = (nodes: NodeSpec[], name: string) => chain(name, nodes);

const progress = { saveExecutionProgress: true };

const killed: Killed[] = [
	{ name: 'behind', rows: 2, make: withOneBehind },
	{ name: 'behind-with-progress', rows: 2, make: withOneBehind, settings: progress },
	{ name: 'behind-by-schedule', rows: 2, make: withOneBehind, trigger: schedule },
	{ name: 'within', rows: 2, requests: 2, make: oursListedFirst },
	{ name: 'two-behind', rows: 2, make: withTwoBehind },
	{ name: 'combined', rows: 3, edits: 1, parameters: { combineItems: true }, make: withOneBehind },
	{ name: 'loop', rows: 5, requests: 3, make: inLoopOf(1) },
	{ name: 'loop-with-progress', rows: 5, requests: 3, make: inLoopOf(1), settings: progress },
	{ name: 'loop-of-two', rows: 5, requests: 4, make: inLoopOf(2) },
	{ name: 'nested-loops', rows: 5, requests: 4, make: inNestedLoops },
	{ name: 'sub-workflow', rows: 2, requests: 2, make: chained, trigger: calledTrigger },
];

const workflows = new Map<string, string>();

const editsOf = ({ rows, edits = rows }: Killed) => edits;

const promptsOf = ({ name, rows }: Killed) =>
	Array.from({ length: rows }, (_, row) => `${name}: row ${row}`);

const promptOf = ({ input }: { input: unknown }) => (input as { prompt: string }).prompt;

const jobsOf = ({ name }: Killed) =>
	bench.fal.jobs.filter((job) => promptOf(job).startsWith(`${name}: `));

async function publish(one: Killed): Promise<void> {
	const { name, make, trigger = webhook(name), settings, parameters } = one;
	const workflow = make([trigger, ...(await rowsAndEdit(promptsOf(one), parameters))], name);
	const saved = await bench.publish({
		...workflow,
		settings: { ...workflow.settings, ...settings },
	});
	workflows.set(name, saved.id);
	if (trigger === calledTrigger)
		await bench.publish(chain('Caller', [webhook(name), callWorkflow(saved.id)]));
}

/** Runs a workflow as far as it shall come. */
async function begin(one: Killed): Promise<void> {
	const { name, rows, requests, trigger } = one;
	const isThere = () => {
		if (!requests) return called.has(name);
		const ids = jobsOf(one).map(({ id }) => id);
		return ids.length === requests && ids.every((id) => bench.n8n.log().includes(id));
	};
	const nth = requests === rows ? 1 : requests;
	const match = { prompt: `${name}: `, nth };
	if (requests)
		bench.fal.faults.add({ stage: 'queue', kind: 'latency', match, until: again.until });
	await publish(one);
	if (trigger !== schedule) await fetch(`${bench.n8n.url}/webhook/${name}`, { method: 'POST' });
	await until(isThere, { every: 20, longest: 120_000 });
	if (trigger === schedule) await bench.n8n.api.deactivate(workflows.get(name)!);
}

beforeAll(async () => {
	service = await startService(async ({ url }) => {
		called.add(url.pathname.slice(1));
		await again.until();
		return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
	});
	await bench.start({ emulator: { image: 'tiny', proxyAllows: ['api.fal.ai/'] } });
	for (const one of killed) await begin(one);
	await bench.n8n.kill();
	again.release();
	await bench.startAgain();
}, 600_000);

afterAll(async () => {
	again.release();
	await bench.stop();
	await service.close();
});

it.each(killed)('"Retry execution" of a killed run: $name', async (one) => {
	const before = jobsOf(one);
	const first = (await bench.n8n.api.executions(workflows.get(one.name)!)).at(-1);
	expect(first?.status).toBe('crashed');
	const retried = await bench.n8n.api.retry(first!.id);
	const after = jobsOf(one);
	const ids = allOutputOf(retried, 'Edit').flatMap(({ json }) => json.request_id ?? []);
	process.stdout.write(
		`\n  killed, ${one.name}: ${before.length} requests, and ${after.length} after "retry execution"; ${ids.length} images of ${editsOf(one)} edits\n`,
	);
	expect(retried.status).toBe('success');
	expect(after.slice(0, before.length)).toEqual(before);
	expect(after).toHaveLength(editsOf(one));
	expect(
		ids.map((id) => after.find((job) => job.id === id)).map((job) => job && promptOf(job)),
	).toEqual(promptsOf(one).slice(0, editsOf(one)));
});
