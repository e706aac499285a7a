import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { status } from '../../shared/fal/queue/queue';
import { withRetries } from '../../shared/fal/http/retries';
import { runRequests, type RequestWork } from './runRequests';

const lookAtOne: RequestWork = async (
	{ connection, signal },
	_item,
	requestId,
	{ includeLogs: logs },
) => {
	const look = async () => await status(connection, requestId, { logs, signal });
	const found = await withRetries(look, signal);
	const json = { ...found, request_id: requestId } as unknown as IDataObject;
	if (!logs) delete json.logs;
	return [{ json }];
};

/** Get Status: where a request stands. COMPLETED says only that it has an outcome. */
export const getStatus = async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await runRequests(ctx, lookAtOne);
