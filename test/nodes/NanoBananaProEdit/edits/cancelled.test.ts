import {
	failure,
	made,
	PUBLIC_URL,
	until,
	useEditBench,
	type EditRun,
} from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ slots: 1, proxyAllows: ['api.fal.ai/'] });
beforeEach(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const orders = () => bench.fal.jobs.length;

it('an edit that was cancelled after fal had begun it is not submitted again by a second try', async () => {
	const parameters = { prompt: 'one [latency: 600000]' };
	const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
	failure(await bench.edit({ parameters, options: { timeout: 1 }, node }));
	expect(orders()).toBe(1);
});

it('nor is one that a stop found in the queue, and that fal has begun since', async () => {
	const blocked = bench.holdEdits('blocks the queue');
	made(await bench.run('submit', { parameters: { prompt: 'blocks the queue' } }));
	const run = { parameters: { prompt: 'one [latency: 600000]' }, options: { timeout: 1 } };
	bench.fal.faults.add({ stage: 'stream', kind: '404' });
	bench.fal.faults.add({ stage: 'cancel', kind: 'drop-before', times: 5 });
	let stop = () => {};
	const running = bench.edit({ ...run, onStart: (stopRun) => (stop = stopRun) });
	await until(() => bench.calls('status').length > 1);
	stop();
	const stopped = await running;
	await until(() => bench.calls('cancel').length === 5, { longest: 30_000 });
	blocked.release();
	await until(() => bench.fal.jobs[1]?.state === 'IN_PROGRESS');
	const again = await bench.edit({ ...run, retryOf: stopped.run });
	failure(again);
	expect(bench.fal.jobs[1]?.resultStatus).toBe(499);
	failure(await bench.edit({ ...run, retryOf: again.run }));
	expect(orders()).toBe(2);
});

it('an edit that a stop has cancelled in the queue is submitted again by Retry execution', async () => {
	const blocked = bench.holdEdits('blocks the queue');
	made(await bench.run('submit', { parameters: { prompt: 'blocks the queue' } }));
	bench.fal.faults.add({ stage: 'stream', kind: '404' });
	const run = { parameters: { prompt: 'waits' } };
	let stop = () => {};
	const running = bench.edit({ ...run, onStart: (stopRun) => (stop = stopRun) });
	await until(() => bench.calls('status').length > 1);
	stop();
	const stopped = await running;
	await until(() => bench.fal.jobs[1]?.resultStatus === 499);
	blocked.release();
	const [item] = made(await bench.edit({ ...run, retryOf: stopped.run }));
	expect(item?.json.request_id).toBe(bench.fal.jobs[2]?.id);
	expect(orders()).toBe(3);
});

it('an edit that waited too long in the queue is submitted again by a second try', async () => {
	const blocked = bench.holdEdits('blocks the queue');
	made(await bench.run('submit', { parameters: { prompt: 'blocks the queue' } }));
	const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
	const options = { startTimeout: 2 };
	failure(await bench.edit({ parameters: { prompt: 'waits' }, options, node }));
	blocked.release();
	expect(orders()).toBe(3);
});

describe('of an edit that a stop found in the queue fal keeps nothing any more', () => {
	/** Its cancel has never reached fal, which has made and charged it. */
	async function stopped(run: EditRun) {
		const blocked = bench.holdEdits('blocks the queue');
		made(await bench.run('submit', { parameters: { prompt: 'blocks the queue' } }));
		bench.fal.faults.add({ stage: 'stream', kind: '404' });
		bench.fal.faults.add({ stage: 'cancel', kind: 'drop-before' });
		let stop = () => {};
		const running = bench.edit({ ...run, onStart: (stopRun) => (stop = stopRun) });
		await until(() => bench.calls('status').length > 1);
		stop();
		const { run: of } = await running;
		await until(() => bench.calls('cancel').length === 5, { longest: 30_000 });
		blocked.release();
		await until(() => bench.fal.jobs[1]?.state === 'COMPLETED');
		bench.fal.faults.add({ stage: 'result', kind: '404', match: { prompt: 'waits' } });
		return of;
	}
	const run = { parameters: { prompt: 'waits' } };

	it('and what has the images inside is not submitted again', async () => {
		const sync = { ...run, options: { syncMode: true } };
		const { description } = failure(await bench.edit({ ...sync, retryOf: await stopped(sync) }));
		expect(description).toContain(bench.fal.jobs[1]?.id);
		expect(orders()).toBe(2);
	});

	it('nor is what its history cannot tell of', async () => {
		const first = await stopped(run);
		bench.fal.faults.add({ stage: 'history', kind: '403' });
		const { description } = failure(await bench.edit({ ...run, retryOf: first }));
		expect(description).toContain(bench.fal.jobs[1]?.id);
		expect(orders()).toBe(2);
	});

	it('and what its history has is delivered', async () => {
		made(await bench.edit({ ...run, retryOf: await stopped(run) }));
		expect(orders()).toBe(2);
	});
});
