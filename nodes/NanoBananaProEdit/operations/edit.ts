import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../../shared/attempt';
import { failedForFree } from '../../shared/falFailure';
import { waitForResult } from '../../shared/falWait';
import { toItems } from '../../shared/imageFiles';
import { hintMade } from '../hints';
import { placeOrder } from '../order';
import { runOrders, type OrderWork } from '../orders';

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
