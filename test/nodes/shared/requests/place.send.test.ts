import { FalFailure } from '../../../../nodes/shared/fal/failure';
import { LOST_REQUEST } from '../../../../nodes/shared/limits';
import { drawSeed, type Sought } from '../../../../nodes/shared/requests/fingerprint';
import type { Placing } from '../../../../nodes/shared/requests/place';
import { takenBy, type RequestState } from '../../../../nodes/shared/requests/request';
import { restart } from '../../../support/restart';
import {
	fields,
	JOURNALED,
	NEW,
	past,
	SENT,
	SHUT,
	sync,
	tryToPlace,
	type World,
} from './tryToPlace';

beforeEach(restart);

const none = undefined;
const CANCELLING: RequestState = { status: 'cancelling', attempt: 0, taken: takenBy('before') };
const DROPPED = new FalFailure({ stage: 'result', status: 499 });
const fails = (error: Error) => async (willSend: () => void) => {
	willSend();
	return await Promise.reject(error);
};
const NO_ANSWER = new FalFailure({ stage: 'submit', network: 'ECONNRESET' });
const REFUSED = new FalFailure({ stage: 'submit', status: 422 });

describe('a request that is sent', () => {
	const first = { placing: { retriedSince: none } };

	it('has its fields, the addresses of its images, and the seed that is drawn for it', async () => {
		const image_urls = ['https://v3b.fal.media/a.png'];
		expect((await tryToPlace(first)).inputs).toEqual([{ ...fields, image_urls }]);
		restart();
		const placing = { ...first.placing, drawsSeed: true };
		const done = await tryToPlace({ placing, submit: fails(NO_ANSWER), history: [none] });
		expect(done.inputs).toEqual([{ ...fields, image_urls, seed: drawSeed('run row 0', 0) }]);
		expect(done.looks).toEqual([{ seed: drawSeed('run row 0', 0), from: expect.any(Number) }]);
	});

	it('costs nothing where its upload fails, however', async () => {
		const upload = async () => await Promise.reject(NO_ANSWER);
		const done = await tryToPlace({ placing: { ...first.placing, upload } });
		expect(done).toMatchObject({ outcome: NO_ANSWER, looks: [], state: NEW });
	});

	it('and refused, with no journal, may be sent again', async () => {
		const done = await tryToPlace({ ...first, submit: fails(REFUSED) });
		expect(done).toMatchObject({ outcome: REFUSED, happened: SENT, state: NEW });
	});

	it('and refused is taken out of the journal, and may be sent again', async () => {
		const done = await tryToPlace({ ...first, begun: [], submit: fails(REFUSED) });
		expect(done).toMatchObject({
			outcome: REFUSED,
			happened: [...JOURNALED, 'remove 0'],
			state: NEW,
		});
	});

	it('and whose answer is lost stays in the journal, and is looked for', async () => {
		const done = await tryToPlace({
			...first,
			begun: [],
			submit: fails(NO_ANSWER),
			history: [none],
		});
		expect(done).toMatchObject({ outcome: NO_ANSWER, happened: JOURNALED });
		expect(done.state).toMatchObject({ status: 'unconfirmed', sought: done.looks[0] });
		const found = await tryToPlace({ ...first, submit: fails(NO_ANSWER), history: [past('a')] });
		expect(found.outcome).toBe('a');
	});

	it('is looked for around the moment at which it was sent', async () => {
		const lost = { submit: fails(NO_ANSWER), history: [none] };
		const [look] = (await tryToPlace({ ...first, ...lost })).looks;
		const { at, from, to, isLast } = look as Exclude<Sought, { seed: number }>;
		expect([at - from, to - at, isLast]).toEqual([LOST_REQUEST.early, LOST_REQUEST.late, none]);
		const again = await tryToPlace({ ...first, ...lost, state: { status: 'new', attempt: 1 } });
		expect(again.looks).toMatchObject([{ isLast: true }]);
	});

	it('with sync_mode is in no history', async () => {
		const placing = { ...first.placing, ...sync };
		const done = await tryToPlace({ placing, submit: fails(NO_ANSWER) });
		expect(done).toMatchObject({ outcome: NO_ANSWER, looks: [], state: { status: 'unconfirmed' } });
	});

	it('is not sent where the last look says no', async () => {
		const stop = new Error('stopped');
		const lastLook = () => {
			throw stop;
		};
		const done = await tryToPlace({ begun: [], placing: { ...first.placing, lastLook } });
		expect(done).toMatchObject({ outcome: stop, happened: [...JOURNALED, 'remove 0'], state: NEW });
	});

	it('with its images inside waits for its turn, and for few others, before it holds them', async () => {
		const lane: Placing['lane'] = async (work) => await work();
		const done = await tryToPlace({ placing: { ...first.placing, lane } });
		expect(done.happened).toEqual(['turn', 'upload', 'submit']);
	});
});

describe('a request that fal was to drop', () => {
	const asked = ['status', 'result'];
	it.each<[string, World, string, string[]]>([
		['that waits still', { status: 'IN_QUEUE' }, 'before', ['status']],
		['that had begun', { status: 'IN_PROGRESS' }, 'before', ['status']],
		['that is finished', { status: 'COMPLETED', result: {} }, 'before', asked],
		['that is dropped', { status: 'COMPLETED', result: DROPPED }, 'made', [...asked, ...SENT]],
		[
			'of which only the result tells',
			{ status: SHUT, result: DROPPED },
			'made',
			[...asked, ...SENT],
		],
		['of which nothing can be told', { status: SHUT, result: SHUT }, 'before', asked],
	])('%s', async (_, world, outcome, happened) => {
		const placing = { retriedSince: none };
		expect(await tryToPlace({ state: CANCELLING, placing, ...world })).toMatchObject({
			outcome,
			happened,
		});
	});
});

it('one of which no answer came is not sent again by a later try, which says why', async () => {
	const failure = { stage: 'submit', network: 'ECONNRESET' } as const;
	const state: RequestState = {
		status: 'unconfirmed',
		attempt: 0,
		sought: { seed: 1, from: 0 },
		failure,
	};
	const done = await tryToPlace({ state, history: [none] });
	expect(done).toMatchObject({ outcome: { facts: failure }, happened: [], state });
});
