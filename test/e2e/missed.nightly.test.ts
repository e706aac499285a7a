import { until } from '../support/until';
import { hold } from '../support/hold';
import { Bench } from './support/bench';
import { deliveredIn, deliveries, falTrigger, savedRuns } from './support/callbacks';
import { rowsAndEdit, webhook } from './support/rows';
import { chain } from './support/workflow';

const bench = new Bench();
const EARLY = 10;
const LATE = 20;
const NORMAL = 5;
const PATH = 'missed';

beforeAll(async () => {
	await bench.start({
		emulator: {
			latency: 0,
			image: 'tiny',
			proxyAllows: ['api.fal.ai/', 'rest.fal.ai/.well-known/jwks.json'],
			// So often that all of them meet the n8n that starts.
			webhookBackoff: Array.from({ length: 5_000 }, () => 100),
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

/** n8n is dead while it delivers the early ones, and fal finishes the late ones before it is there again. */
async function killAndStart(): Promise<void> {
	const [results, work] = [hold(), hold()];
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: results.until, times: EARLY });
	const match = { prompt: 'late' };
	bench.fal.faults.add({ stage: 'queue', kind: 'latency', until: work.until, match });
	await submit('late', LATE);
	await submit('early', EARLY);
	await until(() => bench.fal.records.some(({ stage }) => stage === 'result'));
	await bench.n8n.kill();
	for (const held of [results, work]) held.release();
	await bench.startAgain();
}

it('Missed Callbacks delivers once what a starting n8n has swallowed, of a run that was killed too', async () => {
	const id = await publish();
	const delivered = async () => deliveredIn(await savedRuns(bench, id));
	await killAndStart();
	const thanked = bench.fal.jobs.filter(({ webhookDeliveries }) =>
		webhookDeliveries.some(({ statusCode }) => statusCode === 200),
	);
	const there = await delivered();
	const swallowed = thanked.filter((job) => !there.includes(job.id));
	const of = (name: string) => jobsOf(name).filter((job) => swallowed.includes(job)).length;
	process.stdout.write(
		`\n  swallowed by n8n while it started: ${of('early')} of ${EARLY} that a killed run had, ${of('late')} of ${LATE} others\n`,
	);
	// How many n8n swallows is a matter of moments; what counts is that none is lost, or delivered twice.

	await submit('normal', NORMAL);
	const isComplete = async () => (await delivered()).length >= EARLY + LATE + NORMAL;
	await until(isComplete, { longest: 600_000, every: 2_000 });
	const all = bench.fal.jobs.map((job) => job.id);
	expect((await delivered()).sort()).toEqual(all.sort());
}, 900_000);
