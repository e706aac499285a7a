import type { IExecuteFunctions, IPollFunctions } from 'n8n-workflow';
import { attempt } from '../shared/flow/attempt';
import { HISTORY_PAGE } from '../shared/limits';
import type { Connected } from '../shared/n8n/connection';
import { InputError } from '../shared/n8n/inputError';
import type { NodeFailure } from '../shared/n8n/nodeErrors';
import { othersOf } from '../shared/n8n/workflowRequests';
import { triggerOf, type Callback, type Wanted } from './deliveries';
import { listFinished } from './finished';
import { lookoutOf, type Lookout } from './lookout';
import { withHistory } from './withHistory';

/** Contexts in which this process has polled: n8n makes a new one when it switches the workflow on. */
const known = new WeakSet<IPollFunctions>();

/**
 * n8n makes a failed execution of each error. So it is told once, however many polls fail in a row; and what may
 * pass does not keep the workflow from being switched on.
 */
function isToBeTold(ctx: IPollFunctions, lookout: Lookout, isFirst: boolean, failure: NodeFailure) {
	// n8n's durable scheduler makes a context for each poll, and calls each an update.
	const isSwitchedOn = isFirst && !(lookout.isTold && ctx.getActivationMode() === 'update');
	return isSwitchedOn ? failure.context.isLasting === true : !lookout.isTold;
}

/**
 * Looks into fal's history, and starts a run with what has finished since the last look.
 *
 * @returns nothing: it starts the run itself, to hear what comes of each of its items
 * @throws NodeApiError or NodeOperationError where the history cannot be read, once until it can be again
 */
export async function poll(ctx: IPollFunctions): Promise<null> {
	const lookout = lookoutOf(triggerOf(ctx));
	const isFirst = !known.has(ctx);
	known.add(ctx);
	const { whenOff } = ctx.getNodeParameter('options', {}) as { whenOff?: string };
	if (isFirst && ctx.getActivationMode() === 'activate' && whenOff === 'skip') lookout.forget(ctx);
	const wanted = ctx.getNodeParameter('requests') as Wanted;
	const look = async ({ connection }: Connected) =>
		await lookout.look(ctx, connection, { wanted }, (...run) => ctx.__emit(...run));
	const looked = await attempt(async () => await withHistory(ctx, 'fal Poll Trigger', look));
	const failure = 'error' in looked ? (looked.error as NodeFailure) : undefined;
	const isTold = failure !== undefined && isToBeTold(ctx, lookout, isFirst, failure);
	lookout.isTold = failure !== undefined && (isTold || lookout.isTold);
	if (isTold) throw failure;
	if (failure) ctx.logger.warn(`fal Poll Trigger: ${failure.message}`);
	return null;
}

/**
 * What a test in the editor is made with: the edit that finished last.
 *
 * @throws NodeApiError or NodeOperationError where the history cannot be read; InputError where there is none
 */
export async function latest(ctx: IExecuteFunctions): Promise<Callback[]> {
	const wanted = ctx.getNodeParameter('requests', 0) as Wanted;
	const { finished } = await withHistory(
		ctx,
		'fal Poll Trigger',
		async ({ connection }) => await listFinished(connection, 0, HISTORY_PAGE),
	);
	const ids = finished.map(({ requestId }) => requestId);
	const others = wanted === 'all' ? new Set() : await othersOf(ctx, ids);
	const request_id = ids.find((id) => !others.has(id));
	if (request_id) return [{ request_id, callback_data: {} }];
	throw new InputError(
		wanted === 'all'
			? 'This account has no finished edit yet'
			: 'No edit of this workflow is finished yet',
		"Run 'Submit Edit' first. For edits that another workflow submits, set 'Requests' to 'All of the Account'.",
	);
}
