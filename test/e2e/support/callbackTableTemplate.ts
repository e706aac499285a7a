import type { Settings } from '../../emulator';
import { allOutputOf, outputOf, type ExecutionResult, type SavedWorkflow } from '../../n8n';
import type { Bench } from './bench';
import { photo } from './pictures';
import { callbackAddress, fillIn, madeUrl, readTemplate } from './templates';

const TEMPLATE = 'table-rows-delivered-by-callback';
const START = 'When You Click Execute';
const ROWS = 50;
const REFUSED = 7;
/** fal takes this order, and the connection breaks before it can say so. */
const IN_DOUBT = 23;

const address = 'https://example.com/shop/mug.png';

/** Edits long enough for the run that orders them to end before the first one does, even on a busy machine. */
function instructionOf(row: number): string {
	const instruction = `[latency: ${8_000 + 50 * row}] Row ${row}`;
	if (row === REFUSED) return `[fault: model=422-policy] ${instruction}`;
	return row === IN_DOUBT ? `[fault: submit=drop-after] ${instruction}` : instruction;
}

/** A table with rows to order, and one that is done. */
async function makeTable(bench: Bench): Promise<string> {
	const columns = ['picture', 'instruction', 'ordered', 'result', 'problem'];
	const table = await bench.n8n.api.createDataTable('photo orders', columns);
	const rows = [...Array(ROWS).keys()].map((row) => ({
		picture: address,
		instruction: instructionOf(row),
	}));
	const done = { picture: address, instruction: 'Done', result: 'https://example.com/done.png' };
	await bench.n8n.api.addRows(table, [...rows, done]);
	return table;
}

async function publish(bench: Bench): Promise<SavedWorkflow> {
	const webhookUrl = callbackAddress(bench, readTemplate(TEMPLATE));
	return await bench.publish(fillIn(TEMPLATE, 'Order the Edit', () => ({ webhookUrl }))());
}

/** The runs that callbacks have started, once so many have ended. The list is asked, since fifty runs asked one by one keep n8n busy. */
async function callbackRuns(bench: Bench, id: string, count: number): Promise<ExecutionResult[]> {
	const { api } = bench.n8n;
	for (const giveUp = Date.now() + 60_000; ; ) {
		const runs = (await api.executions(id)).filter(({ mode }) => mode === 'webhook');
		const ended = runs.filter(({ status }) => !['new', 'running'].includes(status));
		if (ended.length >= count || Date.now() > giveUp) {
			return await Promise.all(runs.map(async (run) => await api.execution(run.id)));
		}
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
}

const jobOf = (bench: Bench, instruction: unknown) =>
	bench.fal.jobs.find(({ input }) => (input as { prompt: string }).prompt === instruction);

function expectEndedBeforeTheFirst(bench: Bench, ordering: ExecutionResult): void {
	expect(ordering.status).toBe('success');
	expect(bench.fal.jobs).toHaveLength(ROWS);
	const finished = bench.fal.jobs.map(({ completedAt }) => completedAt ?? Infinity);
	expect(Date.parse(ordering.stoppedAt ?? '')).toBeLessThan(Math.min(...finished));
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
		// To draw fifty pictures at the same moment would leave n8n no processor.
		Object.assign(bench.fal.settings, { publicFiles, picture: 'tiny', slots: ROWS });
	});
	afterEach(() => Object.assign(bench.fal.settings, before));

	it('table-rows-delivered-by-callback: 50 rows in one run, each picture in its own row', async () => {
		const table = await makeTable(bench);
		const { id } = await publish(bench);
		const ordering = await bench.n8n.api.runToEnd(id, START);
		expectEndedBeforeTheFirst(bench, ordering);

		const runs = await callbackRuns(bench, id, ROWS);
		expect(runs.map(({ status }) => status)).toEqual(Array(ROWS).fill('success'));
		const rows = await bench.n8n.api.rows(table);
		const done = rows.pop();
		await expectOwnResults(bench, rows);
		expect(done).toMatchObject({ ordered: null, result: 'https://example.com/done.png' });

		const written = ['Write the Result Back', 'Write the Reason Back'].flatMap((node) =>
			runs.flatMap((run) => allOutputOf(run, node).map(({ json }) => json.id)),
		);
		expect(written.map(Number).sort((a, b) => a - b)).toEqual(rows.map((row) => row.id));

		const again = await bench.n8n.api.runToEnd(id, START);
		expect(outputOf(again, 'Rows Not Ordered Yet')).toEqual([]);
		expect(bench.fal.jobs).toHaveLength(ROWS);
	});
}
