import { outputOf, type Workflow } from '../n8n';
import { until } from '../support/until';
import { photo } from './support/images';
import { calledTrigger, callWorkflow, rowsAndEdit, webhook } from './support/rows';
import { chain, code, edit, manualTrigger } from './support/workflow';
import { useBench } from './support/bench';

const bench = useBench({ emulator: { image: 'tiny', latency: 200 } });
const say = (text: string) => process.stdout.write(`\n  ${text}\n`);

/** Rows that each bring an image of their own. */
async function rows(prompts: string[], parameters: object, settings = {}): Promise<Workflow> {
	const image = (await photo('plain.png')).toString('base64');
	// What stands behind the end of a PNG changes nothing but its hash.
	const make = `const image = Buffer.from('${image}', 'base64');
return ${JSON.stringify(prompts)}.map((prompt, row) => ({ json: { row, prompt }, binary: { photo: {
	data: Buffer.concat([image, Buffer.from(String(row))]).toString('base64'), mimeType: 'image/png', fileName: row + '.png',
} } }));`;
	return chain('Rows', [
		manualTrigger,
		code('Make Rows', make),
		edit({ prompt: '={{ $json.prompt }}', ...parameters }, settings),
	]);
}

const savedText = async (id: string) =>
	await (await bench.n8n.api.fetch(`/rest/executions/${id}`)).text();

it('Retry execution takes up the order of a file that came by webhook', async () => {
	const later = edit({ prompt: 'later [fault: download=503 x9]' });
	const { id } = await bench.publish(chain('By Webhook', [webhook('with-a-file'), later]));
	const form = new FormData();
	form.append(
		'photo',
		new Blob([new Uint8Array(await photo('plain.png'))], { type: 'image/png' }),
		'a.png',
	);
	await fetch(`${bench.n8n.url}/webhook/with-a-file`, { method: 'POST', body: form });
	const [listed] = await bench.n8n.api.executions(id);
	const first = await bench.n8n.api.waitForExecution(listed?.id ?? '');
	expect(first.status).toBe('error');
	const second = await bench.n8n.api.retry(first.id);
	expect(outputOf(second, 'Edit')).toHaveLength(1);
	expect(bench.fal.jobs).toHaveLength(1);
	say(
		`Retry execution of a run that a webhook with a file has started: ${bench.fal.jobs.length} order`,
	);
});

it('Retry On Fail at the caller of a sub-workflow takes up what failed in it', async () => {
	bench.fal.faults.add({ stage: 'download', kind: '503', times: 9 });
	const nodes = await rowsAndEdit(['Make row 0 blue', 'Make row 1 blue']);
	const child = await bench.publish(chain('Child', [calledTrigger, ...nodes]));
	const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
	const caller = chain('Caller', [manualTrigger, callWorkflow(child.id, retry)]);
	const execution = await bench.run(caller);
	const runs = await bench.n8n.api.executions(child.id);
	expect(runs.length).toBeGreaterThan(1);
	expect(runs.map(({ status }) => status).at(-1)).toBe('error');
	const ids = outputOf(execution, 'Call').map(({ json }) => json.request_id);
	expect(ids).toHaveLength(2);
	expect(bench.fal.jobs.map(({ id }) => id).sort()).toEqual([...ids].sort());
	say(
		`A sub-workflow run ${runs.length} times by Retry On Fail at its caller: ${bench.fal.jobs.length} requests of 2 rows`,
	);
});

it('Stop ends the ordering and cancels what was ordered', async () => {
	// Six are ordered; of the others the upload has ended, or is on its way, when the stop comes.
	let release = () => {};
	const stopped = new Promise<void>((resolve) => (release = resolve));
	bench.fal.faults.add({
		stage: 'upload',
		kind: 'slow',
		match: { nth: 7 },
		ms: 0,
		until: async () => await stopped,
	});
	const prompts = Array.from({ length: 70 }, (_, row) => `Row ${row} [latency: 600000]`);
	const { id } = await bench.save(await rows(prompts, {}));
	const execution = await bench.n8n.api.runManually(id, 'Start');
	await until(() => bench.fal.jobs.length === 6);
	await bench.n8n.api.stopExecution(execution);
	await bench.n8n.api.waitForExecution(execution);
	await until(() => bench.fal.jobs.every(({ cancelRequestedAt }) => cancelRequestedAt));
	release();
	// Orders of what was uploaded would have come by now.
	await new Promise((resolve) => setTimeout(resolve, 1_500));
	expect(bench.fal.jobs).toHaveLength(6);
	expect(bench.fal.jobs.filter(({ billed }) => billed)).toEqual([]);
	const saved = await savedText(execution);
	const named = bench.fal.jobs.filter((job) => saved.includes(job.id)).length;
	expect(named).toBe(6);
	say(
		`Stop of 70 rows, 6 ordered by then: ${bench.fal.jobs.length} ordered in the end, all cancelled; n8n has saved ${named} of their ids`,
	);
});
