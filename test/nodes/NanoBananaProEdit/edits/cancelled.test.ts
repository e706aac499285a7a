import { failure, made, PUBLIC_URL, useEditBench } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ slots: 1 });
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

it('an edit that waited too long in the queue is submitted again by a second try', async () => {
	const blocked = bench.holdEdits('blocks the queue');
	made(await bench.run('submit', { parameters: { prompt: 'blocks the queue' } }));
	const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
	const options = { startTimeout: 2 };
	failure(await bench.edit({ parameters: { prompt: 'waits' }, options, node }));
	blocked.release();
	expect(orders()).toBe(3);
});
