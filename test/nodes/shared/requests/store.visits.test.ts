import {
	FOR_GOOD,
	processMemory,
	type SavedRequests,
} from '../../../../nodes/shared/requests/processMemory';
import { takenBy, type RequestState } from '../../../../nodes/shared/requests/request';
import { Requests } from '../../../../nodes/shared/requests/store';
import { restart } from '../../../support/restart';

beforeEach(restart);

const sought = { seed: 2 ** 30, from: 0 };
const taken = takenBy('taken');
const submitted: RequestState = { status: 'submitted', attempt: 0, taken };
const submitting: RequestState = { status: 'submitting', attempt: 0, sought };

/** A visit that sends one request of a row, and its end. */
function visit(saved: SavedRequests, name: string, id: string) {
	const requests = new Requests('run', saved, name);
	const request = requests.of('row');
	const isNew = request.state.status === 'new';
	if (isNew) {
		request.dispatch({ type: 'sent', sought });
		request.dispatch({ type: 'taken', taken: takenBy(id) });
	}
	return { requests, request, isNew };
}

it('a row is made anew once n8n has its output, and taken up where it has not', () => {
	const saved: SavedRequests = {};
	const first = visit(saved, '0', 'first');
	first.requests.end(false);
	const second = visit(saved, '0', 'second');
	expect([second.isNew, second.request.key]).toEqual([false, first.request.key]);
	second.requests.end(true);
	const third = visit(saved, '0', 'third');
	expect([third.isNew, third.request.key]).toEqual([true, 'run row 1']);
	expect(third.requests.ids()).toEqual(['third']);
});

it('what n8n may run again is taken up by the same visit, and by no other', () => {
	const saved: SavedRequests = {};
	visit(saved, '0', 'first').requests.end(true, true);
	const again = visit(saved, '0', 'second');
	expect(again.isNew).toBe(false);
	again.requests.end(true, true);
	const next = visit(saved, '1', 'next');
	expect(next.isNew).toBe(true);
	expect(next.requests.ids()).toEqual(['next']);
	next.requests.end(false, true);
	expect(visit(saved, '2', 'last').isNew).toBe(false);
});

it('equal rows that run at once have a request each, and a row has one in a visit', () => {
	const saved: SavedRequests = {};
	const one = visit(saved, '0', 'one');
	const other = visit(saved, '1', 'other');
	expect([other.isNew, other.request.key]).toEqual([true, 'run row 1']);
	expect(one.requests.of('row')).toBe(one.request);
	expect(processMemory.holdersOf(one.request.key)).toBe(1);
	one.requests.end(false);
	expect(processMemory.holdersOf(one.request.key)).toBe(0);
});

it('of what n8n has, no more is kept than that it is paid', () => {
	const result = { images: [], description: '' };
	const state: RequestState = { status: 'finished', attempt: 2, taken, result };
	const saved: SavedRequests = {
		row: [{ state }],
		other: [{ state: { status: 'new', attempt: 1 } }],
	};
	const requests = new Requests('run', saved);
	const { key } = requests.of('row');
	requests.of('other');
	requests.end(true);
	const paid = { status: 'submitted', attempt: 2, taken };
	expect(saved.row).toEqual([{ state: paid, givenIn: FOR_GOOD }]);
	expect(saved.other).toEqual([{ state: { status: 'new', attempt: 1 }, givenIn: FOR_GOOD }]);
	expect(processMemory.stateOf(key)).toEqual(paid);
});

it('knows what fal has and what is in doubt, of this visit and of tries before it', () => {
	const failure = { stage: 'submit', network: 'ECONNRESET' } as const;
	const unconfirmed: RequestState = { status: 'unconfirmed', attempt: 0, sought, failure };
	const over = { givenIn: FOR_GOOD } as const;
	const requests = new Requests('run', {
		row: [{ state: { ...submitted, taken: takenBy('over') }, ...over }, { state: submitted }],
		other: [{ state: unconfirmed }, { state: unconfirmed, ...over }],
		third: [{ state: unconfirmed }],
	});
	expect(requests.ids()).toEqual(['taken']);
	expect(requests.unconfirmed()).toBe(2);
	expect(processMemory.submitOf('over')).toBeDefined();
});

describe('a cancel', () => {
	const requestWith = (state: RequestState) => new Requests('run', { row: [{ state }] }).of('row');

	it('is for what fal has, and that nobody else waits for', () => {
		expect(requestWith({ status: 'new', attempt: 0 }).mayCancel(true)).toBe(false);
		restart();
		expect(requestWith(submitted).mayCancel(true)).toBe(true);
		expect(requestWith(submitted).mayCancel(true)).toBe(false);
	});

	it('of what waits at fal may cost nothing, which is noted', () => {
		const queued = requestWith(submitted);
		queued.mayCancel(true);
		expect(queued.state).toEqual({ ...submitted, status: 'cancelling' });
		restart();
		const begun = requestWith(submitted);
		begun.mayCancel(false);
		expect(begun.state).toEqual(submitted);
	});
});

it('one that n8n has saved before its answer is in doubt, unless it is on its way now', async () => {
	const requestNow = () => new Requests('run', { row: [{ state: submitting }] }).of('row');
	expect(requestNow().state).toMatchObject({ status: 'unconfirmed', sought });
	restart();
	const request = await processMemory.withLock('run row 0', async () => requestNow());
	expect(request.state.status).toBe('submitting');
	expect(await request.withLock(async () => request.state.status)).toBe('unconfirmed');
});

it('takes up what this process knows of it, where that is later', async () => {
	const stateAfter = async (known: RequestState, saved: RequestState) => {
		restart();
		processMemory.note('run row 0', known);
		const request = new Requests('run', { row: [{ state: saved }] }).of('row');
		return await request.withLock(async () => request.state);
	};
	expect(await stateAfter(submitted, { status: 'new', attempt: 0 })).toEqual(submitted);
	expect(await stateAfter(submitted, { status: 'new', attempt: 1 })).toMatchObject({ attempt: 1 });
	const other: RequestState = { ...submitted, taken: takenBy('other') };
	expect(await stateAfter(other, submitted)).toEqual(submitted);
	const next: RequestState = { status: 'new', attempt: 1 };
	expect(await stateAfter(next, submitted)).toEqual(next);
});

it('is named in the journal by its row, and by how many were given up before', () => {
	const state: RequestState = { status: 'new', attempt: 3 };
	const request = new Requests('run', { row: [{ state }] }).of('row');
	expect([request.name, request.nextName]).toEqual(['run row 0 3', 'run row 0 4']);
});
