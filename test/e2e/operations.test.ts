import { errorOf, outputOf } from '../n8n';
import { hold } from '../support/hold';
import { useBench } from './support/bench';
import { photo, sha256 } from './support/images';
import { chain, edit, manualTrigger, readFiles } from './support/workflow';

const bench = useBench({ emulator: { proxyAllows: ['api.fal.ai/'] } });

const operation = (name: string, parameters: object = {}) => ({
	...edit({ operation: name, ...parameters }),
	name,
});

it('each operation does its part, one after the other', async () => {
	const bytes = await photo('plain.png');
	bench.putFiles('operations', { 'mug.png': bytes });
	const execution = await bench.run(
		chain('Each Operation', [
			manualTrigger,
			readFiles(bench.pathOf('operations', 'mug.png')),
			operation('submit'),
			operation('getStatus'),
			operation('getResult', { requestId: "={{ $('submit').item.json.request_id }}" }),
			operation('cancel'),
			operation('getMany'),
			{ ...readFiles(bench.pathOf('operations', 'mug.png'), 'Again'), executeOnce: true },
			operation('edit'),
		]),
	);
	expect({ status: execution.status, error: errorOf(execution)?.message }).toEqual({
		status: 'success',
	});
	const [ordered, edited] = bench.fal.jobs;
	expect(bench.fal.jobs.map((job) => bench.received(job))).toEqual([
		[sha256(bytes)],
		[sha256(bytes)],
	]);
	const first = (name: string) => outputOf(execution, name)[0];
	expect(first('submit')?.json).toMatchObject({ request_id: ordered?.id });
	expect(first('getStatus')?.json.status).toMatch(/^(IN_QUEUE|IN_PROGRESS|COMPLETED)$/);
	expect(first('cancel')?.json).toMatchObject({ status: 'ALREADY_COMPLETED' });
	expect(first('getMany')?.json).toMatchObject({ request_id: ordered?.id });
	for (const name of ['getResult', 'edit']) {
		const { binary, json } = first(name) ?? {};
		const file = binary?.data && (await bench.n8n.api.downloadBinary(binary.data));
		expect(file && sha256(file)).toBe(sha256(await bench.atFal(json?.url)));
	}
	expect(first('edit')?.json.request_id).toBe(edited?.id);
});

it('Cancel Edit drops a request that waits', async () => {
	const work = hold();
	bench.fal.faults.add({ stage: 'queue', kind: 'latency', until: work.until });
	bench.putFiles('cancelled', { 'mug.png': await photo('plain.png') });
	const execution = await bench.run(
		chain('Cancelled', [
			manualTrigger,
			readFiles(bench.pathOf('cancelled', 'mug.png')),
			operation('submit'),
			operation('cancel'),
		]),
	);
	work.release();
	expect(outputOf(execution, 'cancel')[0]?.json).toMatchObject({
		request_id: bench.fal.jobs[0]?.id,
		status: 'CANCELLATION_REQUESTED',
	});
	expect(bench.fal.jobs[0]?.cancelRequestedAt).toBeDefined();
});
