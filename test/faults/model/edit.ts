import { attempt } from '../../../nodes/shared/flow/attempt';
import { FalFailure, failedForFree, wasCancelled } from '../../../nodes/shared/fal/failure';
import { place, type Placing } from '../../../nodes/shared/requests/place';
import { takenOf } from '../../../nodes/shared/requests/request';
import type { Request } from '../../../nodes/shared/requests/store';
import { NoDisk, ownerOf, throwIfEnding, TimeOut, type Row, type Visit } from './course';
import { find, journalOf } from './lookUp';

function placingOf(visit: Visit, row: Row, owner: string): Placing {
	const { course, by } = visit;
	const { world, hasJournal } = course;
	const upload = async () => {
		await world.call(by);
		if (world.fails(15)) throw new FalFailure({ stage: 'upload', status: 500 });
		return [];
	};
	return {
		fal: {
			submit: async (input, willSend) => await world.submit(by, owner, input, willSend),
			status: async (id) => await world.status(by, id),
			result: async (id) => await world.result(by, id),
		},
		search: {
			find: async (sought, patience) => await find(world, by, sought, patience),
		},
		...(hasJournal && { journal: journalOf(world, by) }),
		...{ fields: row.fields, drawsSeed: row.drawsSeed, upload, imageKeys: async () => [] },
		lastLook: () => throwIfEnding(visit),
		inTurn: async (send) => await send(),
		...{ retriedSince: by.retriedSince, patience: 60_000, signal: by.stop.signal },
	};
}

/** Asks fal to drop it, where that is allowed. */
async function drop({ course, by }: Visit, request: Request, last: string) {
	if (!request.mayCancel(last === 'IN_QUEUE')) return undefined;
	if (course.waiting.get(ownerOf(request))! > 1)
		course.world.complain('cancelled, though another execution waits for it');
	return await course.world.cancel(by, takenOf(request.state)!.request_id);
}

/** As fal/queue/wait.ts: until there is an outcome, a stop, or no more time. */
async function wait(visit: Visit, request: Request, id: string): Promise<string> {
	const { course, by } = visit;
	const { world } = course;
	let last = '';
	const waited = await attempt(async () => {
		for (let left = 4; ; left--) {
			const look = await attempt(async () => await world.status(by, id));
			if ('value' in look) last = look.value.status;
			if (last === 'IN_PROGRESS' && request.state.status === 'cancelling')
				request.dispatch({ type: 'inProgress' });
			by.stop.signal.throwIfAborted();
			if ('error' in look && (look.error as FalFailure).facts.status === 404) throw look.error;
			if (last === 'COMPLETED') return await world.result(by, id);
			if (left > 0) {
				world.now += 2_000;
				continue;
			}
			const answer = await attempt(async () => await drop(visit, request, last));
			if ('error' in answer && !(answer.error instanceof FalFailure)) throw answer.error;
			const said = 'value' in answer ? answer.value : undefined;
			if (said === 'ALREADY_COMPLETED') return await world.result(by, id);
			const found = said && (await attempt(async () => await world.result(by, id)));
			if (found && 'value' in found) return found.value;
			throw new TimeOut();
		}
	});
	if ('value' in waited) return waited.value;
	if (by.stop.signal.aborted) {
		const dropped = await attempt(async () => await drop(visit, request, last));
		if ('error' in dropped && !(dropped.error instanceof FalFailure)) throw dropped.error;
	}
	throw waited.error;
}

/** As operations/edit.ts. @returns the id whose images come out */
export async function editOne(visit: Visit, row: Row, request: Request): Promise<string> {
	const { course, by, takers } = visit;
	const { world, named, doubted } = course;
	const owner = ownerOf(request);
	const hasHad = by.had.has(owner);
	if (request.state.status === 'delivered') return request.state.output as string;
	const placed = await attempt(async () => await place(request, placingOf(visit, row, owner)));
	if (request.state.status === 'unconfirmed') doubted.add(owner);
	if ('error' in placed) throw placed.error;
	const { request_id: id } = placed.value;
	named.add(id);
	const taker = takers.get(id);
	if (taker !== undefined && taker !== owner) world.complain("taken for another row's as well");
	takers.set(id, owner);
	let images: string;
	const holdsImages = row.fields.sync_mode === true;
	const { state } = request;
	if (state.status === 'finished') images = state.result.description!;
	else {
		if (hasHad) world.complain('asks again for what it has had');
		const waited = await attempt(async () => await wait(visit, request, id));
		if ('error' in waited) {
			if (failedForFree(waited.error)) request.dispatch({ type: 'failedForFree' });
			else if (request.state.status === 'cancelling' && wasCancelled(waited.error, row.fields))
				request.dispatch({ type: 'cancelled' });
			throw waited.error;
		}
		images = waited.value;
		if (!holdsImages) {
			request.dispatch({ type: 'finished', result: { images: [], description: images } });
			by.had.add(owner);
		}
	}
	await world.call(by);
	if (world.fails(15)) throw new NoDisk();
	if (!holdsImages) return images;
	request.dispatch({ type: 'delivered', output: images });
	by.had.add(owner);
	return images;
}

export const isExpected = (error: unknown) =>
	error instanceof FalFailure ||
	error instanceof TimeOut ||
	error instanceof NoDisk ||
	(error instanceof Error && error.message === 'stopped');
