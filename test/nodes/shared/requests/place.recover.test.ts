import { LOST_REQUEST } from '../../../../nodes/shared/limits';
import { drawSeed, type Sought } from '../../../../nodes/shared/requests/fingerprint';
import { takenBy } from '../../../../nodes/shared/requests/request';
import { restart } from '../../../support/restart';
import {
	fields,
	JOURNALED,
	past,
	SENT,
	SHUT,
	SINCE,
	sync,
	tryToPlace,
	type World,
} from './tryToPlace';

beforeEach(restart);

const none = undefined;
const seed = { drawsSeed: true };

describe('what an execution that was begun again does with a request that it knows nothing of', () => {
	it.each<[string, World, unknown, string[], number]>([
		['no journal: sends', {}, 'made', SENT, 0],
		['not begun: sends', { begun: [false] }, 'made', JOURNALED, 0],
		['begun, in the history: takes up', { begun: [true], history: [past('a')] }, 'a', [], 1],
		[
			'begun, given up for free: hears so',
			{ begun: [true, false], history: [past('a', true)] },
			'a',
			[],
			1,
		],
		[
			'begun, and the next one too',
			{ begun: [true, true], history: [past('a', true), past('b')] },
			'b',
			[],
			2,
		],
		[
			'begun and paid: the next is not asked for',
			{ begun: [true, true], history: [past('a')] },
			'a',
			[],
			1,
		],
		[
			'unknown, not in the history: sends',
			{ begun: [none], history: [none] },
			'made',
			JOURNALED,
			1,
		],
		['unknown, in the history: takes up', { begun: [none], history: [past('a')] }, 'a', [], 1],
		['a seed, not in the history: sends', { placing: seed, history: [none] }, 'made', SENT, 1],
		['a seed, in the history: takes up', { placing: seed, history: [past('a')] }, 'a', [], 1],
		[
			'a seed, not begun: no other is asked for',
			{ placing: seed, begun: [false, true], history: [none] },
			'made',
			JOURNALED,
			1,
		],
		[
			'a seed, not begun, no history: sends',
			{ placing: seed, begun: [false], history: [SHUT] },
			'made',
			JOURNALED,
			1,
		],
	])('%s', async (_, world, outcome, happened, looks) => {
		const done = await tryToPlace(world);
		expect(done).toMatchObject({ outcome, happened });
		expect(done.looks).toHaveLength(looks);
		// Each but the last look was for one that fal had given up.
		expect(done.state.attempt).toBe(Math.max(0, looks - 1));
	});

	const LOST = { facts: { stage: 'submit', network: 'NO_ANSWER' } };
	it.each<[string, World, number]>([
		['begun, and nowhere in the history', { begun: [true, false], history: [none, none] }, 2],
		['begun, and the history is shut', { begun: [true, false], history: [SHUT, SHUT] }, 2],
		['unknown, and the history is shut', { begun: [none], history: [SHUT, SHUT] }, 2],
		[
			'unknown, with sync_mode, of which fal keeps nothing',
			{ begun: [none], placing: sync, history: [none] },
			1,
		],
		['a seed, and the history is shut', { placing: seed, history: [SHUT, SHUT] }, 2],
	])('in doubt, and not sent: %s', async (_, world, looks) => {
		const done = await tryToPlace(world);
		expect(done).toMatchObject({ outcome: LOST, happened: [], state: { status: 'unconfirmed' } });
		expect(done.looks).toHaveLength(looks);
	});

	it('ends with a stop, and with a failure of our own', async () => {
		const own = new Error('our own');
		const { outcome, happened } = await tryToPlace({ begun: [true, false], history: [own] });
		expect([outcome, happened]).toEqual([own, []]);
	});

	it('looks for what an earlier execution may have sent at any moment', async () => {
		const [look] = (await tryToPlace({ begun: [true, false], history: [past('a')] })).looks;
		const from = SINCE - LOST_REQUEST.early;
		expect(look).toMatchObject({ fields: { ...fields, image_urls: ['key'] }, from, isLast: true });
		const { at, to } = look as Exclude<Sought, { seed: number }>;
		expect(to - at).toBe(LOST_REQUEST.early);
	});

	it('looks by the seed, where it draws one, from when the first of them began', async () => {
		const { looks } = await tryToPlace({ placing: seed, history: [past('a')] });
		expect(looks).toEqual([{ seed: drawSeed('run row 0', 0), from: SINCE }]);
	});
});

it('what an execution knows of a request is not looked for again', async () => {
	const state = { status: 'submitted', attempt: 0, taken: takenBy('before') } as const;
	const done = await tryToPlace({ state, placing: seed });
	expect(done).toMatchObject({ outcome: 'before', looks: [], happened: [] });
});
