import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { until } from '../support/until';
import { useBench } from './support/bench';
import { falTrigger, finishedOrder, Receiver } from './support/callbacks';
import { chain } from './support/workflow';

const bench = useBench({ env: {} });

/** Longer than a claim stays alive without being renewed. */
const LEASE = 30_000;

const waits: Array<[string, object]> = [
	['a Wait node of an hour', { resume: 'timeInterval', amount: 1, unit: 'hours' }],
	['a Wait node for an approval by a call', { resume: 'webhook' }],
	['a Wait node of an hour at a set time', { resume: 'specificTime', dateTime: inMinutes(60) }],
	// n8n sleeps for less than 65 s, and keeps the run in memory.
	['a Wait node of a minute', { resume: 'timeInterval', amount: 60, unit: 'seconds' }],
];

function inMinutes(minutes: number): string {
	return new Date(Date.now() + minutes * 60_000).toISOString();
}

/** What n8n's database keeps of a workflow's claims. */
function claimsOf(workflowId: string): { entries: number; writtenAt: string } {
	const { logFile } = bench.n8n;
	const database = new DatabaseSync(join(dirname(logFile), '.n8n/database.sqlite'), {
		readOnly: true,
	});
	const query = 'select value, updatedAt from processed_data where workflowId = ?';
	const { value = '{"data":[]}', updatedAt = '' } = (database.prepare(query).get(workflowId) ??
		{}) as { value?: string; updatedAt?: string };
	database.close();
	const { data } = JSON.parse(value) as { data: unknown[] };
	return { entries: data.length, writtenAt: updatedAt };
}

async function publish(parameters: object): Promise<Receiver> {
	const trigger = falTrigger();
	const wait = {
		...{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			webhookId: trigger.webhookId,
		},
		parameters: { ...parameters },
	};
	const behind = { name: 'Behind', type: 'n8n-nodes-base.noOp', typeVersion: 1 };
	const workflow = await bench.publish(chain('Waits', [trigger, wait, behind]));
	const url = `${bench.n8n.url}/webhook/${String(trigger.webhookId)}`;
	return new Receiver(bench, workflow, url);
}

/** What is written of the claims meanwhile. */
async function watch(workflowId: string, ms: number): Promise<{ entries: number; writes: number }> {
	const seen = new Set<string>();
	let entries = 0;
	for (const end = Date.now() + ms; Date.now() < end; ) {
		const claims = claimsOf(workflowId);
		seen.add(claims.writtenAt);
		entries = Math.max(entries, claims.entries);
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
	return { entries, writes: seen.size - 1 };
}

it.concurrent.each(waits)(
	'behind fal Trigger, %s leaves its claim alone',
	async (name, parameters) => {
		const receiver = await publish(parameters);
		const id = await finishedOrder(bench);
		// fal calls until it is thanked.
		const isThanked = async () => (await receiver.send(id)).status === 200;
		await until(isThanked, { every: 1_000, longest: 120_000 });
		const { entries, writes } = await watch(receiver.workflow.id, 1.5 * LEASE);
		const [run] = await bench.n8n.api.executions(receiver.workflow.id);
		process.stdout.write(
			`\n  ${name}: ${entries} entries and ${writes} writes in the ${(1.5 * LEASE) / 1_000} s after fal has its answer; the run is ${run?.status}\n`,
		);
		expect(entries).toBe(2);
		// What another process may have written back is taken out once more.
		expect(writes).toBeLessThanOrEqual(1);
		// fal calls no more; a call that comes all the same begins nothing.
		expect((await receiver.send(id)).status).toBe(200);
		expect(await bench.n8n.api.executions(receiver.workflow.id)).toHaveLength(1);
	},
);
