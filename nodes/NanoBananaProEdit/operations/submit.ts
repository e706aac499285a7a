import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { webAddress } from '../../shared/checks';
import { placeOrder } from '../order';
import { runOrders, type OrderWork } from '../orders';

function readWebhookUrl(ctx: IExecuteFunctions, itemIndex: number): string | undefined {
	const value = ctx.getNodeParameter('webhookUrl', itemIndex, '');
	return value === '' || value === null ? undefined : webAddress(value, 'Webhook URL');
}

const submitOne: OrderWork = async (run, itemIndex, order, entry) => {
	const webhookUrl = readWebhookUrl(run.ctx, itemIndex);
	const taken = await placeOrder(run, itemIndex, order, entry, { webhookUrl });
	const { request_id, ...urls } = taken;
	return [{ json: { request_id, status: 'IN_QUEUE', ...urls } }];
};

/** Submit Edit: orders the edit and gives its request id at once. */
export const submitEdit = async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await runOrders(ctx, submitOne);
