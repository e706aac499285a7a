import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { group, oneOf, type Check } from './checks';

/** A parameter once: how the panel shows it, and what it takes. */
export interface Parameter<T = unknown> extends INodeProperties {
	check: Check<T>;
}

/** The same for one in a collection, and what counts where the user has not added it. */
export interface OptionRow<N extends string = string, T = unknown, F = unknown>
	extends Parameter<T> {
	name: N;
	fallback: F;
	/** whether it is refused where it was added and comes out empty: a cap that is not known is no cap */
	isCap?: boolean;
}

/** Keeps a row's types: its name, what its check gives, and its fallback. */
export const row = <N extends string, T, const F>(one: OptionRow<N, T, F>) => one;

/** The part of a parameter that is a list to choose from: it takes the values of the list. */
export const choice = <const V extends string>(
	options: ReadonlyArray<INodePropertyOptions & { value: V }>,
) => ({
	type: 'options' as const,
	options: [...options],
	check: oneOf(options.map(({ value }) => value)),
});

/** What rows give once they are read, by the parameters' names. */
export type ValuesOf<R extends OptionRow> = {
	[One in R as One['name']]: ReturnType<One['check']> | One['fallback'];
};

const OURS = ['operations', 'sent', 'check', 'fallback', 'isCap'];

/** A parameter as n8n gets it. */
export const propertyOf = (one: Parameter): INodeProperties =>
	Object.fromEntries(
		Object.entries(one).filter(([name]) => !OURS.includes(name)),
	) as unknown as INodeProperties;

/** The collection Options as n8n keeps it: what the user has added, by name. */
export type Options = Record<string, unknown>;

type Context = Pick<IExecuteFunctions, 'getNodeParameter' | 'getNode'>;

export const readOptions = (ctx: Context, itemIndex: number): Options =>
	group(ctx.getNodeParameter('options', itemIndex, {}), 'Options');

/** What an expression gives for an empty cell. */
export const isEmpty = (value: unknown) => value === undefined || value === null || value === '';

/** What the user has typed for an option, by its name. */
export const typedOption = (ctx: Context, name: string): unknown =>
	(ctx.getNode().parameters.options as Options | undefined)?.[name];

/**
 * The rows of a collection. What is left empty counts as not added, unless it is a cap.
 *
 * @throws InputError for a value that a row does not take
 */
export function readRows<R extends OptionRow>(rows: readonly R[], given: Options): ValuesOf<R> {
	const isAdded = ({ name, isCap }: R) => (isCap ? name in given : !isEmpty(given[name]));
	const read = rows.map((one) => [
		one.name,
		isAdded(one) ? one.check(given[one.name], one.displayName) : one.fallback,
	]);
	return Object.fromEntries(read) as ValuesOf<R>;
}

/** @throws InputError for a value that the parameter does not take; empty is a value here */
export function readTop<T>(ctx: Context, itemIndex: number, one: Parameter<T>): T {
	const value = ctx.getNodeParameter(one.name, itemIndex, one.default);
	return one.check(value, one.displayName, () => ctx.getNode().parameters[one.name]);
}
