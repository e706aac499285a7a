import type { Job } from '../emulator';
import { draw, fingerprint } from './random/draw';
import { areGood, totalsOf, type Account } from './totals';

const job = (id: string, more: Partial<Job> = {}) =>
	({ id, billed: true, resultStatus: 200, ...more }) as Job;
const free = (id: string) => job(id, { billed: false, resultStatus: 503 });
const account = (jobs: Job[], told = '', delivered = false): Account[] => [
	{ jobs, told, delivered, ended: true },
];

describe('the totals', () => {
	it.each<[string, Account[], object]>([
		['an image for an order', account([job('id-1')], '', true), { twice: 0, lost: 0 }],
		['a paid order that an error names', account([job('id-1')], 'Request ID: id-1'), { lost: 0 }],
		['a paid order that nothing names', account([job('id-1')], 'it failed'), { lost: 1 }],
		['two paid orders', account([job('id-1'), job('id-2')], 'id-1 id-2'), { twice: 1, lost: 0 }],
		[
			'an order after one that fal failed',
			account([free('id-1'), job('id-2')], 'id-2'),
			{ twice: 0 },
		],
		[
			'an order after one that was refused',
			account([job('id-1', { billed: false, resultStatus: 422 }), job('id-2')], 'id-1 id-2'),
			{ twice: 1 },
		],
		['no order at all', account([], 'it failed'), { twice: 0, lost: 0, endless: 0 }],
		['a wait without end', [{ ...account([])[0]!, ended: false }], { endless: 1 }],
		[
			'an order in doubt',
			account([job('id-1')], 'fal may have taken the edit. Look at fal.ai/dashboard/requests'),
			{ lost: 0, unnamed: 1, outOfReach: 0 },
		],
		[
			'an order in doubt that no history can tell of',
			[
				{
					...account([job('id-1')], 'fal may have taken the edit. See dashboard/requests')[0]!,
					blind: true,
				},
			],
			{ lost: 0, unnamed: 0, outOfReach: 1 },
		],
	])('%s', (_, accounts, expected) => {
		expect(totalsOf(accounts)).toMatchObject(expected);
	});

	it('are good only when all four are zero', () => {
		const good = { twice: 0, lost: 0, endless: 0, unnamed: 0, outOfReach: 5 };
		expect(areGood(good)).toBe(true);
		for (const name of ['twice', 'lost', 'endless', 'unnamed'])
			expect(areGood({ ...good, [name]: 1 })).toBe(false);
	});
});

it('draws the same faults for the same seed', () => {
	expect(fingerprint(draw(7, 50))).toBe(fingerprint(draw(7, 50)));
	expect(fingerprint(draw(7, 50))).not.toBe(fingerprint(draw(8, 50)));
});
