import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { hintLocalWebhook } from '../orders/hints';
import { placeOrder } from '../orders/placeOrder';
import { runOrders, type OrderWork } from '../orders/runOrders';

const submitOne: OrderWork = async (run, itemIndex, order, entry) => {
	if (itemIndex === 0) hintLocalWebhook(run.ctx, order.callback?.webhookUrl);
	const { request_id, ...urls } = await placeOrder(run, itemIndex, order, entry);
	return [{ json: { request_id, status: 'IN_QUEUE', ...urls } }];
};

/** Submit Edit: orders the edit and gives its request id at once. */
export const submitEdit = async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await runOrders(ctx, submitOne);
