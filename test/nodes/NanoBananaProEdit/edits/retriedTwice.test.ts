import { failure, made, PUBLIC_URL, rows, until, useEditBench } from '../../../support/edit';
import type { NodeResult } from '../../../support/engine';
import { hold } from '../../../support/hold';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeEach(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const BY_ROW = { prompt: '={{ $json.value }}' };
const orders = () => bench.fal.jobs.length;
const items = rows(['one', 'two']);
const run = { items, parameters: BY_ROW };

/** An execution that fails with its first row ordered and its second refused. */
async function failed(): Promise<NodeResult> {
	bench.take({ stage: 'submit', kind: '401', times: 1, match: { prompt: 'two' } });
	const first = await bench.edit(run);
	failure(first);
	expect(orders()).toBe(1);
	return first;
}

const ids = (result: NodeResult) => made(result).map(({ json }) => json.request_id);

it('what one Retry execution has ordered a second one of the same run takes up', async () => {
	const first = await failed();
	const again = ids(await bench.edit({ ...run, retryOf: first.run }));
	expect(ids(await bench.edit({ ...run, retryOf: first.run }))).toEqual(again);
	expect(orders()).toBe(2);
});

it('so do two at the same moment, of which one waits for the other', async () => {
	const first = await failed();
	const answer = hold();
	bench.fal.faults.add({ stage: 'submit', kind: 'slow', until: answer.until });
	const both = [1, 2].map(async () => await bench.edit({ ...run, retryOf: first.run }));
	await until(() => orders() === 2);
	answer.release();
	const [one, other] = await Promise.all(both);
	expect(ids(one!)).toEqual(ids(other!));
	expect(orders()).toBe(2);
});

it('an order of which one is in doubt the other does not send', async () => {
	const first = await failed();
	bench.take({ stage: 'submit', kind: 'drop-after' });
	for (let retry = 0; retry < 2; retry++) {
		const { description } = failure(await bench.edit({ ...run, retryOf: first.run }));
		expect(description).toContain('may have taken the edit');
	}
	expect(orders()).toBe(2);
});

it("an order that one was refused, or that ended with fal's own failure, the other makes", async () => {
	const first = await failed();
	bench.take({ stage: 'submit', kind: '401', times: 1 });
	failure(await bench.edit({ ...run, retryOf: first.run }));
	bench.fal.faults.add({
		stage: 'model',
		kind: 'completed-error',
		times: 1,
		match: { prompt: 'two' },
	});
	failure(await bench.edit({ ...run, retryOf: first.run }));
	expect(orders()).toBe(2);
	expect(ids(await bench.edit({ ...run, retryOf: first.run }))).toHaveLength(2);
	expect(orders()).toBe(3);
});

it('a stop ends the wait for the other', async () => {
	const first = await failed();
	const answer = hold();
	bench.fal.faults.add({ stage: 'submit', kind: 'slow', until: answer.until });
	const one = bench.edit({ ...run, retryOf: first.run });
	await until(() => orders() === 2);
	let stop = () => {};
	const other = bench.edit({ ...run, retryOf: first.run, onStart: (stopRun) => (stop = stopRun) });
	stop();
	await other;
	answer.release();
	expect(ids(await one)).toHaveLength(2);
	expect(orders()).toBe(2);
});

it('a stop of one cancels nothing that the other waits for', async () => {
	const first = await failed();
	const works = bench.holdEdits('two');
	const one = bench.edit({ ...run, retryOf: first.run });
	let stop = () => {};
	const other = bench.edit({ ...run, retryOf: first.run, onStart: (stopRun) => (stop = stopRun) });
	const waits = () =>
		bench.calls('stream').filter(({ requestId: id }) => id === bench.fal.jobs[1]?.id);
	await until(() => waits().length === 2);
	stop();
	await other;
	works.release();
	expect(ids(await one)).toHaveLength(2);
	expect(bench.calls('cancel')).toEqual([]);
	expect(orders()).toBe(2);
});

it('other executions know nothing of each other', async () => {
	const [one, other] = [await bench.edit(run), await bench.edit(run)];
	expect(ids(one)).not.toEqual(ids(other));
	expect(orders()).toBe(4);
});

it('what n8n saved in the moment before an answer is known by what this process remembers', async () => {
	const first = await failed();
	const saved = Object.values(
		first.run.data.executionData?.contextData['node:Edit']?.requests as object,
	).flat() as Array<{ state: { status: string } }>;
	const [one] = saved.filter(({ state }) => 'taken' in state);
	one!.state = { status: 'submitting', attempt: 0, sought: { seed: 7, from: 0 } } as never;
	expect(ids(await bench.edit({ ...run, retryOf: first.run }))).toHaveLength(2);
	expect(orders()).toBe(2);
});
