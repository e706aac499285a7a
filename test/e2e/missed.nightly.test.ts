import { until } from '../support/until';
import { hold } from '../support/hold';
import type { Job } from '../emulator';
import { Bench } from './support/bench';
import { deliveredIn, deliveries, falTrigger, savedRuns } from './support/callbacks';
import { rowsAndEdit, webhook } from './support/rows';
import { chain } from './support/workflow';

const bench = new Bench();
const EARLY = 10;
const LATE = 20;
const NORMAL = 5;
/** so often is n8n killed until it has swallowed of both kinds */
const ROUNDS = 3;
const PATH = 'missed';

beforeAll(async () => {
	await bench.start({
		emulator: {
			latency: 0,
			image: 'tiny',
			proxyAllows: ['api.fal.ai/', 'rest.fal.ai/.well-known/jwks.json'],
			// So often that all of them meet the n8n that starts.
			webhookBackoff: Array.from({ length: 10_000 }, () => 20),
		},
	});
}, 300_000);
afterAll(async () => await bench.stop(), 120_000);

/** A workflow that submits edits, whose callbacks start it again. */
async function publish(): Promise<string> {
	const url = `${bench.n8n.url}/webhook/${PATH}`;
	const parameters = { operation: 'submit', webhookUrl: url };
	const [rows, edit] = await rowsAndEdit([], parameters);
	rows.parameters = {
		jsCode: `const { name, rows } = $input.first().json.body;
return Array.from({ length: rows }, (_, row) => ({ json: { prompt: name + ' ' + row } }));`,
	};
	const submits = chain('Submits', [webhook('order'), rows, edit]);
	const receives = deliveries(falTrigger({ path: PATH, options: { missed: 'workflow' } }));
	const { id } = await bench.publish({
		...receives,
		nodes: [...submits.nodes, ...receives.nodes],
		connections: { ...submits.connections, ...receives.connections },
	});
	return id;
}

async function submit(name: string, rows: number): Promise<void> {
	const before = bench.fal.jobs.length;
	const headers = { 'content-type': 'application/json' };
	const body = JSON.stringify({ name, rows });
	await fetch(`${bench.n8n.url}/webhook/order`, { method: 'POST', headers, body });
	await until(() => bench.fal.jobs.length === before + rows);
}

const jobsOf = (name: string) =>
	bench.fal.jobs.filter(({ input }) => (input as { prompt: string }).prompt.startsWith(name));

const resultCalls = () => bench.fal.records.filter(({ stage }) => stage === 'result').length;

/** n8n is dead while it delivers the early ones, and fal finishes the late ones before it is there again. */
async function killAndStart(round: number): Promise<void> {
	const [results, work, before] = [hold(), hold(), resultCalls()];
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until, times: EARLY });
	const match = { prompt: `late ${round}` };
	bench.fal.faults.add({ stage: 'queue', kind: 'latency', until: work.until, match });
	await submit(`late ${round}`, LATE);
	await submit(`early ${round}`, EARLY);
	await until(() => resultCalls() > before);
	await bench.n8n.kill();
	for (const held of [results, work]) held.release();
	await bench.startAgain();
}

/** Of whom n8n has said 200 although no run has them. */
function swallowed(delivered: string[]) {
	const isThanked = ({ webhookDeliveries }: Job) =>
		webhookDeliveries.some(({ statusCode }) => statusCode === 200);
	const of = (name: string) =>
		jobsOf(name).filter((job) => isThanked(job) && !delivered.includes(job.id)).length;
	return { early: of('early'), late: of('late') };
}

it('Missed Callbacks delivers once what a starting n8n has swallowed, of a run that was killed too', async () => {
	const id = await publish();
	const delivered = async () => deliveredIn(await savedRuns(bench, id));
	const sum = { early: 0, late: 0 };
	// For how long a starting n8n answers by itself is a matter of moments.
	for (let round = 1; round <= ROUNDS && (sum.early === 0 || sum.late === 0); round++) {
		await killAndStart(round);
		const { early, late } = swallowed(await delivered());
		Object.assign(sum, { early: Math.max(sum.early, early), late: Math.max(sum.late, late) });
	}
	process.stdout.write(
		`\n  swallowed by n8n while it started: ${sum.early} that a killed run had, ${sum.late} others, of ${bench.fal.jobs.length}\n`,
	);
	expect(sum.early + sum.late).toBeGreaterThan(0);

	await submit('normal', NORMAL);
	const isComplete = async () => (await delivered()).length >= bench.fal.jobs.length;
	await until(isComplete, { longest: 600_000, every: 2_000 });
	const all = bench.fal.jobs.map((job) => job.id);
	expect((await delivered()).sort()).toEqual(all.sort());
}, 900_000);
