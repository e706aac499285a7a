import type { INodeExecutionData } from 'n8n-workflow';
import { concurrencyLimit } from '../flow/gate';
import { REQUESTS_IN_FLIGHT } from '../limits';
import { hintNoAccess, withoutKey } from './connection';
import { toErrorItem, toNodeError, type NodeFailure } from './nodeErrors';
import { pause } from '../flow/pause';
import { throwIfEnding, type Run } from './run';

export interface RunItemsOptions {
	/** most items in work at once */
	limit?: number;
	/** ms between starts */
	interval?: number;
	/** adds what the caller knows of an item to its failure, also where the item was not begun */
	describe?: (failure: NodeFailure, itemIndex: number) => NodeFailure;
}

/** Lets starts through one at a time, `interval` ms apart. */
function metronome(interval: number, signal?: AbortSignal): () => Promise<void> {
	let last: Promise<void> | undefined;
	return async () => {
		last = last?.then(async () => await pause(interval, signal)) ?? Promise.resolve();
		await last;
	};
}

/**
 * Runs `work` for every item, side by side, and gives the output in the order of the input.
 *
 * Where the node goes on after a failure, a failed item becomes an error item and touches no other.
 * Else no further item is started, those under way are let finish (what they ordered is paid), and
 * the first failure is thrown.
 *
 * @param items the indexes of the items
 * @throws NodeApiError or NodeOperationError, only where the node stops on a failure
 */
export async function runItems(
	run: Run,
	items: number[],
	work: (itemIndex: number) => Promise<INodeExecutionData[]>,
	{
		limit = REQUESTS_IN_FLIGHT,
		interval = 0,
		describe = (failure) => failure,
	}: RunItemsOptions = {},
): Promise<INodeExecutionData[]> {
	const { ctx, redact, signal } = run;
	const goesOn = ctx.continueOnFail();
	const inTurn = concurrencyLimit(limit);
	const over = new AbortController();
	const nextStart = metronome(
		interval,
		signal ? AbortSignal.any([signal, over.signal]) : over.signal,
	);

	const runOne = async (itemIndex: number): Promise<INodeExecutionData[]> => {
		if (run.ending) return [];
		try {
			await nextStart();
			throwIfEnding(run);
			return (await work(itemIndex)).map((item) => withoutKey(item, redact));
		} catch (error) {
			const found = describe(toNodeError(ctx.getNode(), error, itemIndex, redact), itemIndex);
			if (goesOn) return [toErrorItem(found, itemIndex)];
			run.ending ??= found;
			over.abort();
			return [];
		}
	};

	const outputs = await Promise.all(items.map(async (item) => await inTurn(() => runOne(item))));
	hintNoAccess(run);
	if (run.ending) throw run.ending;
	return outputs.flat();
}
