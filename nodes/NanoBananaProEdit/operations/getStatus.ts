import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { flag } from '../../shared/n8n/checks';
import { status } from '../../shared/fal/queue/queue';
import { withRetries } from '../../shared/fal/http/retries';
import { option } from '../../shared/n8n/options';
import { runRequests, type RequestWork } from './runRequests';

const lookAtOne: RequestWork = async ({ connection, signal }, _item, requestId, options) => {
	const logs = option(options, 'includeLogs', 'Include Logs', flag, false);
	const look = async () => await status(connection, requestId, { logs, signal });
	const found = await withRetries(look, signal);
	const json = { ...found, request_id: requestId } as unknown as IDataObject;
	if (!logs) delete json.logs;
	return [{ json }];
};

/** Get Status: where a request stands. COMPLETED says only that it has an outcome. */
export const getStatus = async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await runRequests(ctx, lookAtOne);
