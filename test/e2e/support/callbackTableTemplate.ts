import type { Job, Settings } from '../../emulator';
import {
	allExecutions,
	allOutputOf,
	finalStates,
	outputOf,
	type ExecutionResult,
	type SavedWorkflow,
} from '../../n8n';
import { hold } from '../../support/hold';
import { until } from '../../support/until';
import type { Bench } from './bench';
import { photo } from './images';
import { callbackAddress, fillIn, madeUrl, readTemplate } from './templates';

const TEMPLATE = 'table-rows-delivered-by-callback';
const START = 'When You Click Execute';
const ROWS = 50;
const REFUSED = 7;
/** fal takes this order, and the connection breaks before it can say so. */
const IN_DOUBT = 23;

const address = 'https://example.com/shop/mug.png';

function instructionOf(row: number): string {
	const instruction = `Row ${row}`;
	if (row === REFUSED) return `[fault: model=422-policy] ${instruction}`;
	return row === IN_DOUBT ? `[fault: submit=drop-after] ${instruction}` : instruction;
}

/** A table with rows to order, and one that is done. */
async function makeTable(bench: Bench): Promise<string> {
	const columns = ['image', 'instruction', 'ordered', 'result', 'problem'];
	const table = await bench.n8n.api.createDataTable('photo orders', columns);
	const rows = [...Array(ROWS).keys()].map((row) => ({
		image: address,
		instruction: instructionOf(row),
	}));
	const done = { image: address, instruction: 'Done', result: 'https://example.com/done.png' };
	await bench.n8n.api.addRows(table, [...rows, done]);
	return table;
}

async function publish(bench: Bench): Promise<SavedWorkflow> {
	const webhookUrl = callbackAddress(bench, readTemplate(TEMPLATE));
	return await bench.publish(fillIn(TEMPLATE, 'Submit the Edit', () => ({ webhookUrl }))());
}

const isAnswered = ({ webhookUrl, webhookDeliveries }: Job) =>
	!webhookUrl || webhookDeliveries.some(({ statusCode }) => statusCode === 200);

const wroteBy = (run: ExecutionResult) =>
	['Write the Result Back', 'Write the Reason Back'].flatMap((node) => allOutputOf(run, node));

/**
 * The runs that delivered, once fal has its answers and all runs have ended. Beside them are those of
 * callbacks that were told to come again. The list is asked, since fifty runs asked one by one keep n8n busy.
 */
async function deliveringRuns(bench: Bench, id: string): Promise<ExecutionResult[]> {
	const { api } = bench.n8n;
	const list = async () => (await allExecutions(api, id)).filter(({ mode }) => mode === 'webhook');
	const isOver = ({ status }: { status: string }) => finalStates.includes(status);
	await until(async () => bench.fal.jobs.every(isAnswered) && (await list()).every(isOver), {
		longest: 240_000,
		every: 500,
	});
	const runs = await Promise.all((await list()).map(async (run) => await api.execution(run.id)));
	return runs.filter((run) => wroteBy(run).length > 0);
}

const jobOf = (bench: Bench, instruction: unknown) =>
	bench.fal.jobs.find(({ input }) => (input as { prompt: string }).prompt === instruction);

/** Orders all rows in a run that ends while fal has none of them ready yet. */
async function orderAll(bench: Bench, id: string): Promise<void> {
	const work = hold();
	// A few at a time, so that n8n gets no fifty callbacks at once.
	bench.fal.faults.add({ stage: 'queue', kind: 'latency', until: work.until, ms: 250 });
	const ordering = await bench.n8n.api.runToEnd(id, START);
	expect(ordering.status).toBe('success');
	expect(bench.fal.jobs).toHaveLength(ROWS);
	expect(bench.fal.jobs.filter(({ completedAt }) => completedAt !== undefined)).toEqual([]);
	work.release();
}

async function expectOwnResults(bench: Bench, rows: Array<Record<string, unknown>>) {
	for (const [at, { instruction, ordered, result, problem }] of rows.entries()) {
		const job = jobOf(bench, instruction);
		expect(ordered).toBe(at === IN_DOUBT ? 'perhaps' : job?.id);
		expect(result ?? '').toBe(at === REFUSED ? '' : await madeUrl(bench, job));
		expect(problem ?? '').toMatch(at === REFUSED ? /content filter refused/ : /^$/);
	}
}

/** Rows that are ordered by one run and delivered by others. */
export function describeCallbackTable(bench: Bench): void {
	let before: Settings;
	beforeEach(async () => {
		before = { ...bench.fal.settings };
		const publicFiles = { [address]: await photo('web.webp') };
		// To draw fifty images at the same moment would leave n8n no processor.
		Object.assign(bench.fal.settings, { publicFiles, image: 'tiny', slots: 5 });
	});
	afterEach(() => Object.assign(bench.fal.settings, before));

	it('table-rows-delivered-by-callback: 50 rows in one run, each image in its own row', async () => {
		const table = await makeTable(bench);
		const { id } = await publish(bench);
		await orderAll(bench, id);

		const runs = await deliveringRuns(bench, id);
		// Callbacks that come together are items of one run.
		expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['success']));
		const rows = await bench.n8n.api.rows(table);
		const done = rows.pop();
		await expectOwnResults(bench, rows);
		expect(done).toMatchObject({ ordered: null, result: 'https://example.com/done.png' });

		const written = runs.flatMap((run) => wroteBy(run).map(({ json }) => json.id));
		expect(written.map(Number).sort((a, b) => a - b)).toEqual(rows.map((row) => row.id));

		const again = await bench.n8n.api.runToEnd(id, START);
		expect(outputOf(again, 'Rows Not Submitted Yet')).toEqual([]);
		expect(bench.fal.jobs).toHaveLength(ROWS);
	});
}
