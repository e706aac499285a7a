import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { cancel } from '../../shared/fal/queue/queue';
import { runRequests, type RequestWork } from './runRequests';

const cancelOne: RequestWork = async ({ connection }, _item, requestId) => [
	{ json: { request_id: requestId, status: await cancel(connection, requestId) } },
];

/** Cancel Edit: asks fal to drop a request; too late and unknown are answers, not failures. */
export const cancelEdit = async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await runRequests(ctx, cancelOne);
