import type {
	IExecuteFunctions,
	IPollFunctions,
	ITriggerFunctions,
	ITriggerResponse,
} from 'n8n-workflow';
import { listFinished } from '../shared/fal/account/history';
import { isNoAccess } from '../shared/fal/account/platform';
import type { FalConnection } from '../shared/fal/http/client';
import { attempt } from '../shared/flow/attempt';
import { pause } from '../shared/flow/pause';
import { HISTORY_PAGE, SWEEP } from '../shared/limits';
import { connect, withoutAccess, type Connected } from '../shared/n8n/connection';
import { InputError } from '../shared/n8n/inputError';
import { toNodeError, type NodeFailure } from '../shared/n8n/nodeErrors';
import { othersOf } from '../shared/n8n/workflowRequests';
import type { Callback, Wanted } from './deliveries';
import type { Lookout } from './lookout';
import { triggerOf } from './trigger';

/**
 * Does what needs fal's request history.
 *
 * @param reader what it is for, in a user's words
 * @throws NodeApiError or NodeOperationError for whatever goes wrong; `context.isLasting` where trying again gives
 * the same
 */
async function withHistory<T>(
	ctx: Parameters<typeof connect>[0],
	reader: string,
	read: (connection: FalConnection) => Promise<T>,
): Promise<T> {
	let connected: Connected | undefined;
	try {
		connected = await connect(ctx);
		return await read(connected.connection);
	} catch (error) {
		const failure = toNodeError(ctx.getNode(), error, 0, connected?.redact);
		failure.context.isLasting = isNoAccess(error) || error instanceof InputError;
		if (!isNoAccess(error)) throw failure;
		failure.description = [failure.message, failure.description].filter(Boolean).join('. ');
		failure.message = `${withoutAccess(connected?.connection)} has no access to fal's request history, which ${reader} needs`;
		throw failure;
	}
}

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
	const { lookout } = triggerOf(ctx);
	const isFirst = !lookout.polled.has(ctx);
	lookout.polled.add(ctx);
	const { whenOff } = ctx.getNodeParameter('options', {}) as { whenOff?: string };
	if (isFirst && ctx.getActivationMode() === 'activate' && whenOff === 'skip') lookout.forget(ctx);
	const wanted = ctx.getNodeParameter('requests') as Wanted;
	const look = async (connection: FalConnection) => await lookout.look(ctx, connection, { wanted });
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
		async (connection) => await listFinished(connection, 0, HISTORY_PAGE),
	);
	const ids = finished.map(({ requestId }) => requestId);
	const others = wanted === 'all' ? new Set() : await othersOf(ctx, ids);
	const request_id = ids.find((id) => !others.has(id));
	if (request_id) return [{ request_id, callback_data: {} }];
	throw wanted === 'all'
		? new InputError(
				'This account has no finished edit yet',
				"Run 'Submit Edit', and wait until fal has finished the edit.",
			)
		: new InputError(
				'No edit of this workflow is finished yet',
				"Run 'Submit Edit' first. For edits that another workflow submits, set 'Requests' to 'All Edits of the Account'.",
			);
}

/** @throws NodeApiError or NodeOperationError where the history cannot be read */
async function sweepOnce(ctx: ITriggerFunctions, wanted: Wanted): Promise<void> {
	const { lookout } = triggerOf(ctx);
	const { back, most, after } = SWEEP;
	const look = async (connection: FalConnection) =>
		await lookout.look(ctx, connection, { back, most, after, wanted });
	await withHistory(ctx, "'Missed Callbacks'", look);
}

async function sweepOn(ctx: ITriggerFunctions, wanted: Wanted, closed: AbortSignal): Promise<void> {
	for (;;) {
		await pause(SWEEP.every, closed);
		const swept = await attempt(async () => await sweepOnce(ctx, wanted));
		if ('error' in swept)
			ctx.logger.warn(`fal Trigger, Missed Callbacks: ${(swept.error as Error).message}`);
	}
}

/**
 * Behind the callbacks: from time to time it looks into fal's history for what has finished and was not called
 * back, and starts runs with it. n8n calls it where the workflow is switched on, in the leading process only.
 *
 * @throws NodeApiError or NodeOperationError for a key that may not read the history
 */
export async function sweep(ctx: ITriggerFunctions): Promise<ITriggerResponse | undefined> {
	const { missed = 'off' } = ctx.getNodeParameter('options', {}) as { missed?: 'off' | Wanted };
	if (missed === 'off') return undefined;
	const first = await attempt(async () => await sweepOnce(ctx, missed));
	if ('error' in first && (first.error as NodeFailure).context.isLasting) throw first.error;
	const closed = new AbortController();
	void attempt(async () => await sweepOn(ctx, missed, closed.signal));
	return { closeFunction: async () => closed.abort() };
}
