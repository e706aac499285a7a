import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../../shared/flow/attempt';
import { isGone } from '../../shared/fal/queue/result';
import { status } from '../../shared/fal/queue/queue';
import { waitForResult } from '../../shared/fal/queue/wait';
import { toItems } from '../../shared/images/transfer/resultItems';
import { withRetries } from '../../shared/fal/http/retries';
import type { Run } from '../../shared/n8n/run';
import { readTop } from '../../shared/n8n/options';
import { requestRows } from '../parameters/properties';
import { runRequests, type RequestWork } from './runRequests';

/** Where a request stands that is not finished, as fal says it; undefined once it is. */
async function unfinished({ connection, signal }: Run, requestId: string) {
	const look = async () => await status(connection, requestId, { signal });
	const looked = await attempt(async () => await withRetries(look, signal));
	// What the queue has forgotten was finished long ago.
	if ('error' in looked && isGone(looked.error)) return undefined;
	if ('error' in looked) throw looked.error;
	const found = looked.value;
	if (found.status === 'COMPLETED') return undefined;
	const { queue_position } = found as { queue_position?: number };
	const json: IDataObject = { request_id: requestId, status: found.status };
	return queue_position === undefined ? json : { ...json, queue_position };
}

const fetchOne: RequestWork = async (run, itemIndex, requestId, options) => {
	const waits = readTop(run.ctx, itemIndex, requestRows.waitForResult);
	const open = waits ? undefined : await unfinished(run, requestId);
	if (open) return [{ json: open }];
	if (options.includeCost) run.price.start();
	const found = await waitForResult(run.connection, requestId, {
		timeout: options.timeout,
		logs: options.includeLogs,
		signal: run.signal,
		results: run.results,
		mayCancel: () => false,
	});
	return await toItems(run, requestId, found, options);
};

/** Get Result: the images of a request made earlier, as files. */
export const getResult = async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await runRequests(ctx, fetchOne);
