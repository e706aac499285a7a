import type { IExecuteFunctions } from 'n8n-workflow';
import { group } from '../../shared/n8n/checks';
import { fingerprintOf } from '../../shared/requests/fingerprint';
import type { Request, Requests } from '../../shared/requests/store';
import { scalarFields, schema } from '../parameters/fields';

const OF_THE_REQUEST = ['images', 'combineItems', 'webhookUrl', 'callbackData'];

/** What decides about a request, as the user has typed it: how it is waited for and delivered may change. */
function typed(parameters: Record<string, unknown>): unknown[] {
	const options = group(parameters.options, 'Options');
	return [
		...OF_THE_REQUEST.map((name) => parameters[name]),
		...scalarFields.map((field) => {
			const { sent, name } = schema[field];
			return sent === 'always' ? parameters[name] : options[name];
		}),
	];
}

/**
 * The request of a row, or of all rows, as it is known so far.
 *
 * @param place the item's index, or `all` for one request of all items
 */
export function requestOf(
	ctx: IExecuteFunctions,
	requests: Requests,
	place: number | 'all',
): Request {
	const items = ctx.getInputData();
	const rows = place === 'all' ? items : [items[place]!];
	return requests.of(fingerprintOf(place, typed(ctx.getNode().parameters), rows));
}
