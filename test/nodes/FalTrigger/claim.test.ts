import type { IExecuteFunctions } from 'n8n-workflow';
import { claimDelivery } from '../../../nodes/FalTrigger/claim';
import { CLAIM } from '../../../nodes/shared/limits';

const someMs = async (most: number) =>
	await new Promise((resolve) => setTimeout(resolve, Math.random() * most));

/**
 * n8n's memory of what was processed, as it works with a database: the whole list is read, and a moment
 * later the whole list is written; only the very first write fails when another came before it.
 */
class Memory {
	private list?: string[];

	/** @param slowness ms that a read or write takes at most */
	constructor(private readonly slowness: number) {}

	async record(entries: string[]) {
		await someMs(this.slowness);
		const found = this.list && [...this.list];
		await someMs(this.slowness);
		if (!found && this.list) throw new Error('UNIQUE constraint failed');
		const fresh = entries.filter((entry) => !found?.includes(entry));
		this.list = [...(found ?? []), ...fresh];
		return { new: fresh, processed: entries.filter((entry) => found?.includes(entry)) };
	}
}

const run = (memory: Memory, executionId: string, mode = 'webhook') =>
	({
		getMode: () => mode,
		getExecutionId: () => executionId,
		helpers: {
			checkProcessedAndRecord: async (entries: string[]) => await memory.record(entries),
		},
	}) as unknown as IExecuteFunctions;

async function delivers(memory: Memory, request: string, executionId: string, mode?: string) {
	const claim = await claimDelivery(run(memory, executionId, mode), request);
	return (await claim?.holds()) ?? false;
}

const count = (all: boolean[]) => all.filter(Boolean).length;

it('one of two runs at the same moment delivers, while other requests come in', async () => {
	const memory = new Memory(CLAIM.settle / 10);
	const requests = Array.from({ length: 40 }, (_, at) => `request-${at}`);
	const delivered = await Promise.all(
		requests.map(async (request, at) => {
			const two = [`${at}-a`, `${at}-b`].map(async (id) => await delivers(memory, request, id));
			return count(await Promise.all(two));
		}),
	);
	expect(delivered).toEqual(requests.map(() => 1));
});

it('a later run does not deliver what an earlier one has', async () => {
	const memory = new Memory(1);
	expect(await delivers(memory, 'request', '1')).toBe(true);
	expect(await delivers(memory, 'request', '2')).toBe(false);
});

it('the same run again, after its worker died, delivers', async () => {
	const memory = new Memory(1);
	await claimDelivery(run(memory, '1'), 'request');
	expect(await delivers(memory, 'request', '1')).toBe(true);
});

it.each(['manual', 'retry'])('in the mode %s a person has asked for it', async (mode) => {
	const memory = new Memory(1);
	expect(await delivers(memory, 'request', '1')).toBe(true);
	expect(await delivers(memory, 'request', '2', mode)).toBe(true);
});

it('an n8n without such a memory delivers', async () => {
	const old = { getMode: () => 'webhook', helpers: {} } as unknown as IExecuteFunctions;
	const claim = await claimDelivery(old, 'request');
	expect(await claim?.holds()).toBe(true);
});
