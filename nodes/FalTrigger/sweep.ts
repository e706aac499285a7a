import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { attempt } from '../shared/flow/attempt';
import { pause } from '../shared/flow/pause';
import { SWEEP } from '../shared/limits';
import type { NodeFailure } from '../shared/n8n/nodeErrors';
import { triggerOf, type Wanted } from './deliveries';
import { lookoutOf } from './lookout';
import { withHistory } from './withHistory';

/** @throws NodeApiError or NodeOperationError where the history cannot be read */
async function sweepOnce(ctx: ITriggerFunctions, wanted: Wanted): Promise<void> {
	const { back, most, after } = SWEEP;
	await withHistory(ctx, "'Missed Callbacks'", async ({ connection }) => {
		const lookout = lookoutOf(triggerOf(ctx));
		await lookout.look(ctx, connection, { back, most, after, wanted }, (...run) =>
			ctx.emit(...run),
		);
	});
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
