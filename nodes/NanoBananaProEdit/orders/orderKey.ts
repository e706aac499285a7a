import { createHash } from 'crypto';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { group } from '../../shared/n8n/checks';
import { scalarFields, schema } from '../parameters/fields';

const OF_THE_ORDER = ['images', 'combineItems', 'webhookUrl', 'callbackData'];

/** What decides about an order, as the user has typed it: how it is waited for and delivered may change. */
function typed(parameters: Record<string, unknown>): unknown[] {
	const options = group(parameters.options, 'Options');
	return [
		...OF_THE_ORDER.map((name) => parameters[name]),
		...scalarFields.map((field) => {
			const { sent, name } = schema[field];
			return sent === 'always' ? parameters[name] : options[name];
		}),
	];
}

/**
 * A file without what n8n may change of it: Retry execution finds `…/executions/temp/…` renamed to
 * `…/executions/<id>/…`, and only the last part, which is unique, stays.
 */
function fileFacts(file: Record<string, unknown>): unknown[] {
	const { id, data, fileName, mimeType } = file;
	return [fileName, mimeType, typeof id === 'string' ? id.split(/[/:]/).pop() : data];
}

/** Whether a value is a file of n8n's, or described as one; what only resembles one counts with all its fields. */
function isFile(value: object): boolean {
	const { id, data, mimeType } = value as Record<string, unknown>;
	const isStored = typeof id === 'string' && /^[\w-]+:.*\/executions\//.test(id);
	return isStored || (typeof mimeType === 'string' && (data !== undefined || id !== undefined));
}

/** Writes an input item as text. n8n lets items hold themselves; the second sight of an object says no more. */
function asText(item: INodeExecutionData | undefined): string {
	const above: unknown[] = [];
	const shorten = function (this: unknown, _name: string, value: unknown): unknown {
		if (typeof value === 'bigint') return String(value);
		if (typeof value !== 'object' || value === null) return value;
		while (above.length > 0 && above.at(-1) !== this) above.pop();
		if (above.includes(value)) return 'circle';
		if (isFile(value)) return fileFacts(value as Record<string, unknown>);
		above.push(value);
		return value;
	};
	return JSON.stringify([item?.json, item?.binary], shorten);
}

/**
 * Names an order by its place, by what was typed and by what came in, never by what an expression gave: a
 * seed that is drawn, or the time in a prompt, is another one on a second try. What the user has changed
 * before Retry execution is another order.
 *
 * @param item its index, or `all` for one order of all items
 */
export function orderKey(ctx: IExecuteFunctions, item: number | 'all'): string {
	const items = ctx.getInputData();
	const cameIn = item === 'all' ? items : [items[item]];
	const hash = createHash('sha256').update(JSON.stringify(typed(ctx.getNode().parameters)));
	for (const one of cameIn) hash.update(asText(one));
	return `${item}:${hash.digest('hex')}`;
}
