import { readUnits, shareOf } from '../../../../../nodes/shared/fal/account/price';

const usd = (amount: number) => ({ amount, currency: 'USD', unit: 'images' });

it.each([
	[1, 0.15, 1],
	[1, 0.15, 3],
	[1.1, 0.15, 4],
	[8.44, 0.025, 3],
	[0.02, 0.039, 7],
	[2, 1 / 3, 3],
])('all shares of %d units at %d are what was paid, over %i items', (units, amount, count) => {
	const shares = Array.from({ length: count }, (_, at) => shareOf(units, usd(amount), at, count));
	const sum = (name: 'cost' | 'billable_units') =>
		shares.reduce((total, share) => total + share[name], 0);
	expect(sum('cost')).toBeCloseTo(units * amount, 6);
	expect(sum('billable_units')).toBeCloseTo(units, 6);
	for (const { cost } of shares) expect(String(cost).length).toBeLessThanOrEqual(8);
});

it.each([
	['1', 1],
	['1.0', 1],
	['8.44', 8.44],
	[' 2 ', 2],
	['0', 0],
	['', undefined],
	['-1', undefined],
	['1e3', undefined],
	['many', undefined],
])('reads the header %j as %p', (text, units) => {
	expect(readUnits({ 'x-fal-billable-units': text })).toBe(units);
	expect(readUnits({})).toBeUndefined();
});
