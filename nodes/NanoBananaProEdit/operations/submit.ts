import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { cancel } from '../../shared/fal/queue/queue';
import { LOST_REQUEST } from '../../shared/limits';
import { noteSubmitted } from '../../shared/n8n/workflowRequests';
import { placeEdit } from '../edits/placeEdit';
import { runEdits, type EditWork } from '../edits/runEdits';

/** n8n drops the output of a stopped run, so nobody would collect what it has submitted. */
function cancelOnStop({ run, request }: EditWork, requestId: string): void {
	const drop = () => {
		// Nobody has looked whether fal has begun it; and nothing waits for this, since the user has stopped the run.
		if (request.mayCancel(false)) void cancel(run.connection, requestId).catch(() => undefined);
	};
	if (run.signal?.aborted) drop();
	else run.signal?.addEventListener('abort', drop, { once: true });
}

async function submitOne(work: EditWork): Promise<INodeExecutionData[]> {
	const { taken } = await placeEdit(work, LOST_REQUEST.submit);
	const { request_id, ...urls } = taken;
	await noteSubmitted(work.run, request_id);
	cancelOnStop(work, request_id);
	return [{ json: { request_id, status: 'IN_QUEUE', ...urls } }];
}

/** Submit Edit: submits the edit and gives its request id at once. */
export const submitEdit = async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await runEdits(ctx, submitOne);
