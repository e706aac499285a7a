import { hold } from '../support/hold';
import { until } from '../support/until';
import { Bench, useBench } from './support/bench';
import { rowsAndEdit } from './support/rows';
import { chain, manualTrigger } from './support/workflow';

const bench = useBench({ emulator: { image: 'tiny', proxyAllows: ['api.fal.ai/'] } }, new Bench());

const idsInLog = () =>
	bench.fal.jobs.map(({ id }) => id).filter((id) => bench.n8n.log().includes(id));

it('n8n that is ended gracefully in the middle of a wait lets the edits finish', async () => {
	const work = hold();
	bench.fal.faults.add({ stage: 'queue', kind: 'latency', until: work.until });
	const nodes = await rowsAndEdit(['Row 0', 'Row 1', 'Row 2']);
	const { id } = await bench.save(chain('Rows', [manualTrigger, ...nodes]));
	const execution = await bench.n8n.api.runManually(id, 'Start');
	// fal's answer and the line in the log come a moment after fal has taken an edit.
	await until(() => idsInLog().length === 3, { every: 50 });
	const stopping = bench.n8n.stop();
	await until(() => bench.n8n.log().includes('Stopping n8n'), { every: 50 });
	work.release();
	await stopping;
	await bench.startAgain();
	const { status } = await bench.n8n.api.execution(execution);
	process.stdout.write(
		`\n  ended gracefully in the middle of a wait: the execution is "${status}"\n`,
	);
	expect(bench.fal.jobs).toHaveLength(3);
	expect(idsInLog()).toHaveLength(3);
});
