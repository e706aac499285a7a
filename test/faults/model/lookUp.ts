import type { Sought } from '../../../nodes/shared/requests/fingerprint';
import { processMemory } from '../../../nodes/shared/requests/processMemory';
import { findIn, type Past } from '../../../nodes/shared/requests/recover';
import type { Journal } from '../../../nodes/shared/requests/store';
import type { Execution } from './job';
import type { World } from './world';

/** Looks into fal's history, as long as there is patience. */
export async function find(
	world: World,
	by: Execution,
	sought: Sought,
	patience: number,
): Promise<Past | undefined> {
	const until = world.now + patience;
	for (let wait = 1_000; ; wait = Math.min(wait * 2, 30_000)) {
		await world.call(by);
		by.stop.signal.throwIfAborted();
		const listed = world.jobs.filter(({ listedAt }) => listedAt <= world.now);
		const past = listed.map(({ id: requestId, receivedAt, fields, end }) => ({
			...{ requestId, receivedAt, fields, output: undefined },
			isFree: end === 'failed' || end === 'dropped',
		}));
		const isShut = world.journalKeeps === Infinity && world.fails(10);
		const found = isShut ? undefined : findIn(past, sought);
		if (found) processMemory.noteSubmit(found.requestId);
		if (found || world.now >= until || world.isCalm) return found;
		world.now += Math.min(wait, until - world.now);
	}
}

/** What stands in n8n's database before a request is sent. */
export function journalOf(world: World, by: Execution): Journal {
	return {
		enter: async (name) => {
			await world.call(by);
			if (by.isSaved) return;
			world.enter(name);
			by.entered.add(name);
		},
		remove: async (name) => {
			await world.call(by);
			if (by.entered.delete(name)) world.journal.delete(name);
		},
		holds: async (name) => {
			await world.call(by);
			return world.journal.has(name) || (world.hasMadeRoom ? undefined : false);
		},
	};
}
