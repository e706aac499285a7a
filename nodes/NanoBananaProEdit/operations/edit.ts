import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../../shared/flow/attempt';
import { failedForFree } from '../../shared/fal/failure';
import { waitForResult } from '../../shared/fal/wait';
import { toItems } from '../../shared/pictures/resultItems';
import { hintMade } from '../orders/hints';
import { placeOrder } from '../orders/placeOrder';
import { runOrders, type OrderWork } from '../orders/runOrders';

/** One edit as a story: order it, wait for it, take its images home. */
const editOne: OrderWork = async (run, itemIndex, order, entry) => {
	const { timeout, includeLogs } = order.options;
	const { request_id } = await placeOrder(run, itemIndex, order, entry);
	const waited = await attempt(
		async () =>
			await waitForResult(run.connection, request_id, {
				timeout,
				logs: includeLogs,
				signal: run.signal,
				results: run.results,
			}),
	);
	if ('value' in waited) return await toItems(run, request_id, waited.value, order.options);
	// fal charges nothing for failures of its own, so a second try of the node may order anew.
	if (failedForFree(waited.error)) delete entry.taken;
	throw waited.error;
};

/** Edit Image: files or addresses in, finished files out. */
export async function edit(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = await runOrders(ctx, editOne);
	hintMade(ctx, items);
	return items;
}
