import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { group, type Check } from './checks';

/** A parameter once: how the panel shows it, and what it takes. */
export interface Parameter<T = unknown> extends INodeProperties {
	check: Check<T>;
}

/** The same for one in a collection, and what counts where the user has not added it. */
export interface Row<N extends string = string, T = unknown, F = unknown> extends Parameter<T> {
	name: N;
	fallback: F;
}

/** Keeps a row's types: its name, what its check gives, and its fallback. */
export const row = <N extends string, T, const F>(one: Row<N, T, F>) => one;

/** What rows give once they are read, by the parameters' names. */
export type ValuesOf<R extends Row> = {
	[One in R as One['name']]: ReturnType<One['check']> | One['fallback'];
};

const OURS = ['operations', 'sent', 'check', 'fallback'];

/** A parameter as n8n gets it. */
export const propertyOf = (one: Parameter): INodeProperties =>
	Object.fromEntries(
		Object.entries(one).filter(([name]) => !OURS.includes(name)),
	) as unknown as INodeProperties;

/** The collection Options as n8n keeps it: what the user has added, by name. */
export type Options = Record<string, unknown>;

type Context = Pick<IExecuteFunctions, 'getNodeParameter'>;

export const readOptions = (ctx: Context, itemIndex: number): Options =>
	group(ctx.getNodeParameter('options', itemIndex, {}), 'Options');

/** What an expression gives for an empty cell. */
export const isEmpty = (value: unknown) => value === undefined || value === null || value === '';

/**
 * The rows of a collection. What is left empty counts as not added.
 *
 * @throws InputError for a value that a row does not take
 */
export function readRows<R extends Row>(rows: readonly R[], given: Options): ValuesOf<R> {
	const read = rows.map(({ name, displayName, check, fallback }) => [
		name,
		isEmpty(given[name]) ? fallback : check(given[name], displayName),
	]);
	return Object.fromEntries(read) as ValuesOf<R>;
}

/** @throws InputError for a value that the parameter does not take; empty is a value here */
export function readTop<T>(ctx: Context, itemIndex: number, one: Parameter<T>): T {
	return one.check(ctx.getNodeParameter(one.name, itemIndex, one.default), one.displayName);
}
