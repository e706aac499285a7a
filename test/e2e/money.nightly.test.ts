import { outputOf, runsOf, type Workflow, type WorkflowNode } from '../n8n';
import { rowsAndEdit } from './support/rows';
import { chain, code, manualTrigger } from './support/workflow';
import { useBench } from './support/bench';

const bench = useBench({ emulator: { image: 'tiny', latency: 300 } });

async function rows(prompts: string[], options = {}, settings = {}): Promise<Workflow> {
	return chain('Rows', [manualTrigger, ...(await rowsAndEdit(prompts, { options }, settings))]);
}

const good = (count: number) => Array.from({ length: count }, (_, row) => `Make row ${row} blue`);

const REFUSED = 'Something else [fault: result=refusal-422]';

it('Retry On Fail with a bad first row and 20 good ones makes 21 orders', async () => {
	const retry = {
		retryOnFail: true,
		maxTries: 3,
		waitBetweenTries: 100,
		onError: 'continueErrorOutput',
	};
	const execution = await bench.run(await rows([REFUSED, ...good(20)], {}, retry));
	expect(outputOf(execution, 'Edit')).toHaveLength(20);
	expect(outputOf(execution, 'Edit', 1)).toHaveLength(1);
	expect(bench.fal.jobs).toHaveLength(21);
	const looks = bench.fal.records.filter(({ stage }) => stage === 'result').length;
	process.stdout.write(
		`\n  Retry On Fail, 3 tries of 21 rows: ${bench.fal.jobs.length} orders, ${looks} result calls\n`,
	);
});

it('a node that stopped names the other orders, and "retry execution" takes them up', async () => {
	const flaky = 'Later [fault: download=503 x9]';
	const { id } = await bench.save(await rows([flaky, ...good(4)]));
	const first = await bench.n8n.api.runToEnd(id, 'Start');
	expect(first.status).toBe('error');
	const [run] = runsOf(first, 'Edit');
	expect(run?.error?.description).toContain('4 other edits were submitted');
	const second = await bench.n8n.api.retry(first.id);
	expect(outputOf(second, 'Edit').map(({ json }) => json.row)).toEqual([0, 1, 2, 3, 4]);
	expect(bench.fal.jobs).toHaveLength(5);
});

it('"retry execution" pressed twice for one run makes the order that was missing once', async () => {
	bench.fal.faults.add({ stage: 'submit', kind: '401', times: 1, match: { prompt: 'row 1' } });
	const { id } = await bench.save(await rows(good(3)));
	const first = await bench.n8n.api.runToEnd(id, 'Start');
	expect(first.status).toBe('error');
	const before = bench.fal.jobs.length;
	const retry = async () => await bench.n8n.api.retry(first.id);
	const runs = [...(await Promise.all([retry(), retry()])), await retry()];
	for (const run of runs)
		expect(outputOf(run, 'Edit').map(({ json }) => json.row)).toEqual([0, 1, 2]);
	expect(bench.fal.jobs).toHaveLength(3);
	process.stdout.write(
		`\n  Retry execution, pressed three times: ${before} orders before, ${bench.fal.jobs.length} of 3 rows in the end\n`,
	);
});

it('a second visit in a loop is a new order', async () => {
	const workflow = await rows(good(1));
	const again = code(
		'Once More',
		"const [item] = $input.all(); const visit = (item.json.visit ?? 0) + 1; return visit < 3 ? [{ json: { row: 0, prompt: 'Make row 0 blue', visit } }] : [];",
	);
	const last: WorkflowNode = { parameters: {}, position: [900, 0], ...again };
	const link = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	const execution = await bench.run({
		...workflow,
		nodes: [...workflow.nodes, last],
		connections: { ...workflow.connections, Edit: link('Once More'), 'Once More': link('Edit') },
	});
	expect(execution.status).toBe('success');
	expect(runsOf(execution, 'Edit')).toHaveLength(3);
	expect(bench.fal.jobs).toHaveLength(3);
});
