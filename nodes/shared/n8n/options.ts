import type { IExecuteFunctions } from 'n8n-workflow';
import { group, type Check } from './checks';

/** The collection Options as n8n keeps it: what the user has added, by name. */
export type Options = Record<string, unknown>;

export const readOptions = (
	ctx: Pick<IExecuteFunctions, 'getNodeParameter'>,
	itemIndex: number,
): Options => group(ctx.getNodeParameter('options', itemIndex, {}), 'Options');

/** What an expression gives for an empty cell. */
export const isEmpty = (value: unknown) => value === undefined || value === null || value === '';

/** An option's checked value, or `fallback` where the user has not added it. */
export function option<T, F>(
	options: Options,
	name: string,
	label: string,
	check: Check<T>,
	fallback: F,
): T | F {
	return isEmpty(options[name]) ? fallback : check(options[name], label);
}
