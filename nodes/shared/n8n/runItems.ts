import type { INodeExecutionData } from 'n8n-workflow';
import type { PlatformPart } from '../fal/http/client';
import { concurrencyLimit } from '../flow/gate';
import { REQUESTS_IN_FLIGHT } from '../limits';
import { withoutAccess, withoutKey } from './connection';
import { toErrorItem, toNodeError, type NodeFailure } from './nodeErrors';
import { pause } from '../flow/pause';
import type { Run } from './run';

interface RunItemsOptions {
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
 * To be asked before anything that costs money.
 *
 * @throws the signal's reason after a stop; the failure on which the node stops
 */
export function throwIfEnding({ signal, ending }: Run): void {
	signal?.throwIfAborted();
	if (ending) throw ending;
}

/** The parts of fal's Platform API, and what cannot be done without each. */
const PARTS: Record<PlatformPart, [name: string, needed: string]> = {
	pricing: ['price list', 'show what an edit costs'],
	history: [
		'request history',
		"fetch results that have left fal's queue, or find out whether fal took a submit that got no answer",
	],
};

/** Says once what could not be had of fal's Platform API, since everything else works without it. */
export function hintNoAccess({ ctx, connection }: Run): void {
	const refused = [...(connection.refused ?? [])];
	if (refused.length === 0) return;
	const isBetween = refused.some(([, speaker]) => speaker === 'between');
	const parts = refused.map(([part]) => PARTS[part][0]).join(' and ');
	const needed = refused.map(([part]) => PARTS[part][1]).join(', ');
	const what = isBetween
		? `A firewall, proxy or filter blocks fal's ${parts}`
		: `${withoutAccess(connection)} has no access to fal's ${parts}`;
	ctx.addExecutionHints?.({
		message: `${what}, so n8n cannot ${needed}. Everything else works.`,
		type: 'info',
		location: 'outputPane',
	});
}

/**
 * Runs `work` for every item, side by side, and gives the output in the order of the input.
 *
 * Where the node goes on after a failure, a failed item becomes an error item and touches no other.
 * Else no further item is started, those under way are let finish (what they submitted is paid), and
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
