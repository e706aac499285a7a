import type { Headers } from '../http/http';
import type { Price } from './price';

/** What an output item has cost, in the names of its fields. */
export interface Cost {
	cost: number;
	cost_currency: string;
	billable_units: number;
}

const UNITS = /^\d+(\.\d+)?$/;

/** The units that fal charges for a request; where it does not say, they are unknown, which is not 0. */
export function readUnits(headers: Headers): number | undefined {
	const units = headers['x-fal-billable-units']?.trim() ?? '';
	return UNITS.test(units) ? Number(units) : undefined;
}

/** Millionths of a dollar are no money; more digits would only be the noise of binary fractions. */
const rounded = (amount: number) => Number(amount.toFixed(6));

/** The part of a sum that falls to one of several; all parts together are the sum, also of a third each. */
const partOf = (sum: number, index: number, count: number) =>
	rounded(rounded((sum * (index + 1)) / count) - rounded((sum * index) / count));

/**
 * What one output item has cost, so that a column sums to what was paid. Pure.
 *
 * @param units of the whole request
 * @param index the item's place among the `count` items of its request
 */
export const shareOf = (units: number, price: Price, index: number, count: number): Cost => ({
	cost: partOf(units * price.amount, index, count),
	cost_currency: price.currency,
	billable_units: partOf(units, index, count),
});
