import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { cancel } from '../../shared/fal/queue/cancel';
import { LOST_ORDER } from '../../shared/limits';
import type { Run } from '../../shared/n8n/run';
import { placeOrder } from '../orders/placeOrder';
import { runOrders, type OrderWork } from '../orders/runOrders';

/** n8n drops the output of a stopped run, so nobody would collect what it has ordered. */
function cancelOnStop({ connection, signal }: Run, requestId: string): void {
	// Nothing waits for this: the user has stopped the run.
	const drop = () => void cancel(connection, requestId).catch(() => undefined);
	if (signal?.aborted) drop();
	else signal?.addEventListener('abort', drop, { once: true });
}

const submitOne: OrderWork = async (run, itemIndex, order, entry, ledger) => {
	const { request_id, ...urls } = await placeOrder(run, itemIndex, order, {
		...{ entry, ledger },
		patience: LOST_ORDER.submit,
	});
	cancelOnStop(run, request_id);
	return [{ json: { request_id, status: 'IN_QUEUE', ...urls } }];
};

/** Submit Edit: orders the edit and gives its request id at once. */
export const submitEdit = async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await runOrders(ctx, submitOne);
