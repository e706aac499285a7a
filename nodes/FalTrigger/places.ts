import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { CALLBACK_RUNS } from '../shared/limits';
import { attempt } from '../shared/flow/attempt';
import { orAborted } from '../shared/flow/pause';

let taken = 0;
/** Whether runs go to workers, as in queue mode: then this process has nothing to spare. */
let isElsewhere = false;
/** Callbacks without a place, in the order in which they came. */
const waiting = new Set<() => void>();
/** Whether the run of a request that has a place has begun in this process. */
const hasBegun = new Map<string, boolean>();

type Ctx = Pick<IWebhookFunctions | IExecuteFunctions, 'getWorkflow' | 'getNode'>;

const keyOf = (ctx: Ctx, requestId: string) =>
	[ctx.getWorkflow().id, ctx.getNode().id, requestId].join(' ');

function letIn(): void {
	for (const enter of waiting) {
		if (!isElsewhere && taken >= CALLBACK_RUNS.atOnce) return;
		waiting.delete(enter);
		taken++;
		enter();
	}
}

function leave(): void {
	taken--;
	letIn();
}

/** To be told by each run that a callback has started, when it begins. */
export function runsHere(ctx: Ctx, requestId: string): void {
	const key = keyOf(ctx, requestId);
	if (!hasBegun.has(key)) return;
	hasBegun.set(key, true);
	isElsewhere = false;
}

/** n8n tells a trigger nothing of its mode; a run that was answered for and never began here tells it. */
function leaveWith(ctx: IWebhookFunctions, requestId: string): void {
	const response = ctx.getResponseObject();
	const key = keyOf(ctx, requestId);
	hasBegun.set(key, false);
	const answered = () => {
		response.off('close', answered);
		response.off('finish', answered);
		const ranHere = hasBegun.get(key);
		hasBegun.delete(key);
		if (!ranHere && response.writableEnded && response.statusCode === 200) isElsewhere = true;
		leave();
	};
	response.once('close', answered).once('finish', answered);
}

/**
 * A place for the run of a callback, until it is answered. n8n starts every run at once, each with an
 * expression engine of its own: 40 edits that end together were 40 of them.
 *
 * @param signal ends the wait
 * @returns whether there is one
 */
export async function takePlace(
	ctx: IWebhookFunctions,
	requestId: string,
	signal: AbortSignal,
): Promise<boolean> {
	let enter = () => {};
	const entered = new Promise<void>((resolve) => (enter = resolve));
	waiting.add(enter);
	letIn();
	const limit = AbortSignal.any([signal, AbortSignal.timeout(CALLBACK_RUNS.wait)]);
	const waited = await attempt(async () => await orAborted(entered, limit));
	// Given a place and out of time at the same moment: the place counts.
	if ('error' in waited && waiting.delete(enter)) return false;
	if (ctx.getResponseObject().destroyed) {
		// Nobody would tell that the place is free again; fal, which has hung up, calls again.
		leave();
		return false;
	}
	leaveWith(ctx, requestId);
	return true;
}
