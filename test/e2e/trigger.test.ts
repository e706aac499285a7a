import type { ExecutionResult, NodeType } from '../n8n';
import { errorOf, outputOf } from '../n8n';
import { hold } from '../support/hold';
import { until } from '../support/until';
import { useBench } from './support/bench';
import { deliveries, falTrigger, finishedOrder, Receiver } from './support/callbacks';
import { photo, sha256 } from './support/images';
import { chain, code, edit, manualTrigger, type NodeSpec } from './support/workflow';

const bench = useBench({ emulator: { latency: 20 } });

const numbered = (rows: number) =>
	code(
		'Rows',
		`return ${JSON.stringify([...Array(rows).keys()].map((row) => ({ json: { row } })))};`,
	);

/** Orders an edit for each row, with its number to come back. */
async function orderRows(webhookUrl: string, rows: number, prompt = 'Row {{ $json.row }}') {
	const url = `data:image/png;base64,${(await photo('plain.png')).toString('base64')}`;
	const values = [
		{ name: 'row', value: '={{ $json.row }}' },
		{ name: 'note', value: 'für Zoë & Co. 🍌' },
	];
	return await bench.run(
		chain('Orders', [
			manualTrigger,
			numbered(rows),
			edit({
				operation: 'submit',
				prompt: `=${prompt}`,
				images: { values: [{ source: 'url', url }] },
				webhookUrl,
				callbackData: { values },
			}),
		]),
	);
}

/** The runs that have delivered so many requests: those that end together go together. */
async function delivered(receiver: Receiver, count: number): Promise<ExecutionResult[]> {
	const isThanked = ({ webhookDeliveries }: (typeof bench.fal.jobs)[number]) =>
		webhookDeliveries.some(({ statusCode }) => statusCode === 200);
	await until(() => bench.fal.jobs.filter(isThanked).length >= count);
	return await receiver.runs();
}

it('each edit comes back as a file, with what came along with its order', async () => {
	const receiver = await Receiver.publish(bench);
	expect((await orderRows(receiver.url, 5)).status).toBe('success');
	const runs = await delivered(receiver, 5);
	const items = runs.flatMap((run) => outputOf(run, 'Finished'));
	expect(items).toHaveLength(5);
	expect(items.map(({ json }) => json.callback_data)).toEqual(
		expect.arrayContaining([0, 1, 2, 3, 4].map((row) => ({ row, note: 'für Zoë & Co. 🍌' }))),
	);
	for (const { json, binary } of items) {
		const { row } = json.callback_data as { row: number };
		const job = bench.fal.jobs.find(({ id }) => id === json.request_id);
		expect(job?.input).toMatchObject({ prompt: `Row ${row}` });
		expect(json).toMatchObject({
			index: 0,
			content_type: 'image/png',
			description: expect.any(String),
		});
		const file = binary?.data && (await bench.n8n.api.downloadBinary(binary.data));
		expect(file && sha256(file)).toBe(sha256(await bench.atFal(json.url)));
	}
});

it('a refusal comes out of Failed in words, with what came along', async () => {
	const receiver = await Receiver.publish(bench);
	await orderRows(receiver.url, 1, '[fault: model=422-policy] Row 0');
	const [run] = await delivered(receiver, 1);
	expect(run?.status).toBe('success');
	expect(run && outputOf(run, 'Edit Is Finished')).toEqual([]);
	const [failed, ...others] = run ? outputOf(run, 'Failed') : [];
	expect(others).toEqual([]);
	const [job] = bench.fal.jobs;
	expect(Object.keys(failed?.json ?? {}).sort()).toEqual([
		'callback_data',
		'details',
		'error',
		'request_id',
	]);
	expect(failed?.json).toMatchObject({
		request_id: job?.id,
		details: { request_id: job?.id, http_code: 422, type: 'content_policy_violation' },
		callback_data: { row: 0 },
	});
});

it('with Always Output Data each callback still comes once, out of its own output', async () => {
	const trigger: NodeSpec = { ...falTrigger(), alwaysOutputData: true };
	const workflow = await bench.publish(deliveries(trigger));
	const url = `${bench.n8n.url}/webhook/${String(trigger.webhookId)}`;
	const receiver = new Receiver(bench, workflow, url);
	await orderRows(url, 2, "{{ $json.row ? '[fault: model=422-policy] ' : '' }}Row {{ $json.row }}");
	const runs = await delivered(receiver, 2);
	// n8n 2 may add an item without fields to the other output; n8n 3 adds none.
	const requests = (node: string) =>
		runs.flatMap((run) => outputOf(run, node)).flatMap(({ json }) => json.request_id ?? []);
	const orderOf = (row: number) =>
		bench.fal.jobs.find(({ input }) => (input as { prompt: string }).prompt.endsWith(`Row ${row}`));
	expect(requests('Finished')).toEqual([orderOf(0)?.id]);
	expect(requests('Failed')).toEqual([orderOf(1)?.id]);
});

it('a download that fails for good ends the run, with the request named', async () => {
	const receiver = await Receiver.publish(bench);
	const id = await finishedOrder(bench, { prompt: 'Gone [fault: download=410]' });
	expect((await receiver.send(id)).status).toBe(200);
	const [run] = await receiver.runs();
	expect(run?.status).toBe('error');
	expect(run && errorOf(run)?.description).toContain(id);
});

it('gives one item with URLs only, where the options say so', async () => {
	const receiver = await Receiver.publish(bench, {
		path: 'edited-images',
		options: { outputMode: 'singleItem', downloadImages: false },
	});
	expect(receiver.url).toMatch(/\/webhook\/edited-images$/);
	await receiver.send(await finishedOrder(bench));
	const [run] = await receiver.runs();
	const items = run ? outputOf(run, 'Finished') : [];
	expect(items).toHaveLength(1);
	expect(items[0]?.binary).toBeUndefined();
	expect(items[0]?.json).toMatchObject({
		images: [{ url: expect.stringContaining('/files/') }],
		callback_data: {},
	});
});

it('two triggers each deliver the same request', async () => {
	const [first, second] = [await Receiver.publish(bench), await Receiver.publish(bench)];
	const id = await finishedOrder(bench);
	for (const receiver of [first, second]) expect((await receiver.send(id)).status).toBe(200);
	for (const receiver of [first, second]) {
		const [run] = await receiver.runs();
		expect(run && outputOf(run, 'Finished')).toHaveLength(1);
	}
});

it('says that it has delivered, where fal had hung up before the answer', async () => {
	const receiver = await Receiver.publish(bench);
	const id = await finishedOrder(bench);
	const result = hold();
	bench.fal.faults.add({ stage: 'result', kind: 'slow', until: result.until });
	const fal = new AbortController();
	const call = receiver.send(id, { signal: fal.signal });
	const hungUp = expect(call).rejects.toThrow('aborted');
	await until(() => bench.fal.records.some(({ stage }) => stage === 'result'));
	fal.abort();
	await hungUp;
	result.release();
	await until(async () => (await receiver.runs()).length > 0, { every: 100 });
	const again = await receiver.send(id);
	expect([again.status, await again.json()]).toEqual([
		200,
		{ message: 'this request has already been delivered' },
	]);
	expect(await receiver.runs()).toHaveLength(1);
});

it('many that end together are delivered once each, in a few runs', async () => {
	const receiver = await Receiver.publish(bench);
	const ids = await Promise.all([...Array(60).keys()].map(async () => await finishedOrder(bench)));
	// As fal does: on a busy machine n8n may not have saved all of them while a call waits.
	const callUntilThanked = async (id: string) =>
		await until(async () => (await receiver.send(id)).status === 200, { longest: 240_000 });
	await Promise.all(ids.map(callUntilThanked));
	const runs = await receiver.runs();
	const items = runs.flatMap((run) => outputOf(run, 'Finished'));
	expect(items.map(({ json }) => json.request_id).sort()).toEqual([...ids].sort());
	expect(runs.length).toBeLessThan(30);
	process.stdout.write(`\n  60 callbacks at once: ${runs.length} runs\n`);
}, 300_000);

it('the Test URL delivers to the editor that listens', async () => {
	const trigger = falTrigger();
	const workflow = await bench.save(deliveries(trigger));
	const { api, url } = bench.n8n;
	const listening = await api.listen(workflow.id, trigger.name);
	expect(listening).toBe(true);
	const id = await finishedOrder(bench);
	const testUrl = `${url}/webhook-test/${String(trigger.webhookId)}`;
	const receiver = new Receiver(bench, workflow, testUrl);
	expect((await receiver.send(id)).status).toBe(200);
	const [run] = await receiver.runs();
	expect(run?.mode).toBe('manual');
	expect(run && outputOf(run, 'Finished')).toHaveLength(1);
});

it('n8n shows it as a trigger with two outputs, and not as a tool', async () => {
	const all: NodeType[] = await bench.n8n.api.nodeTypes();
	const own = all.filter(({ name }) => /\.falTrigger/.test(name));
	expect(own.map(({ name }) => name)).toEqual(['n8n-nodes-nano-banana-pro.falTrigger']);
	expect(own[0]).toMatchObject({ displayName: 'fal Trigger', outputNames: ['Finished', 'Failed'] });
});
