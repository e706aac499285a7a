import { DataDeduplicationService } from 'n8n-core';
import { failure, PUBLIC_URL, useEditBench, type EditRun } from '../../support/edit';
import { LOCATION } from '../../support/engine';
import { makeImage } from '../../support/images';
import { finishEdits, PollingN8n, type PollingOptions } from '../../support/pollingN8n';
import { useProcessedData } from '../../support/processedData';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] });
let made = 0;

beforeAll(async () => {
	await useProcessedData();
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const newN8n = (options: PollingOptions = {}) =>
	new PollingN8n(bench, { id: `poll ${++made}`, ...options });

const finish = async (...prompts: string[]) => await finishEdits(bench, prompts);

describe('a key that may not read the history', () => {
	const noAccess = { stage: 'history', kind: 'status', status: 403 } as const;

	it('keeps the workflow from being switched on, in plain words', async () => {
		bench.fal.faults.add({ ...noAccess, times: Infinity });
		const n8n = newN8n();
		await expect(n8n.switchOn()).rejects.toThrow(/has no access to fal's request history/);
		await expect(n8n.switchOn()).rejects.toThrow(/has no access to fal's request history/);
	});

	it('is told once, not every minute, and once more after it was well again', async () => {
		const n8n = await newN8n().switchOn();
		for (const errors of [1, 2]) {
			bench.fal.faults.add({ ...noAccess, times: Infinity });
			for (let at = 0; at < 3; at++) await n8n.poll();
			expect(n8n.errors).toHaveLength(errors);
			bench.fal.faults.clear();
			await n8n.poll();
		}
		expect(n8n.warnings).toHaveLength(4);
		const [id] = await finish('after all');
		await n8n.poll();
		expect(n8n.delivered).toEqual([id]);
	});
});

describe('Fetch Test Event', () => {
	it('gives the edit that finished last', async () => {
		const [, last] = [await finish('first'), await finish('last')];
		const { outputs } = await newN8n().test();
		expect(outputs[0]!.map(({ json }) => json.request_id)).toEqual(last);
		expect(outputs[0]![0]!.binary?.data).toBeDefined();
	});

	it('says where there is none of this workflow, or of the account', async () => {
		const none = failure(await newN8n({ parameters: { requests: 'all' } }).test());
		expect(none.message).toBe('This account has no finished edit yet');
		expect(none.description).not.toContain('All Edits');
		await finish('another');
		const result = await newN8n({ parameters: { requests: 'workflow' } }).test();
		expect(failure(result).message).toBe('No edit of this workflow is finished yet');
	});
});

describe('of two workflows of one account', () => {
	it('each gets what its own Submit Edit has sent, also after a restart', async () => {
		const parameters = { requests: 'workflow' };
		const n8n = await newN8n({ parameters }).switchOn();
		const previousType = 'n8n-nodes-nano-banana-pro.falPollTrigger';
		const submit = async (prompt: string, more: EditRun) =>
			await bench.run('submit', { parameters: { prompt }, previousType, ...more });
		await submit('own', {});
		await submit("another's", { workflowId: 'another' });
		await submit('not asked for', { previousType: undefined });
		await bench.settled();
		const own = bench.fal.jobs[0]?.id;
		await n8n.poll();
		expect(n8n.delivered).toEqual([own]);
		// It was one run, and of what is not its own it asks no more.
		const runs = n8n.results.length;
		await n8n.poll();
		expect(n8n.results).toHaveLength(runs);
		await n8n.restart();
		await n8n.poll();
		expect(n8n.delivered).toEqual([own]);
	});

	it('a Remove Duplicates node whose scope is the workflow takes none of its requests for known', async () => {
		const previousType = 'n8n-nodes-nano-banana-pro.falPollTrigger';
		await bench.run('submit', { previousType });
		const ids = bench.fal.jobs.map(({ id }) => id);
		const memory = DataDeduplicationService.getInstance();
		const workflow = { id: LOCATION.workflowId } as never;
		const options = { mode: 'entries' as const };
		const found = await memory.checkProcessedAndRecord(ids, 'workflow', { workflow }, options);
		expect(found).toEqual({ new: ids, processed: [] });
	});
});
