import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { flag } from '../../shared/checks';
import { status } from '../../shared/falQueue';
import { withRetries } from '../../shared/retry';
import { option } from '../../shared/options';
import { runRequests, type RequestWork } from '../requests';

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
