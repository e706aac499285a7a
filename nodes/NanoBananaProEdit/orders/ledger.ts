import type { IExecuteFunctions } from 'n8n-workflow';
import type { FailureFacts } from '../../shared/fal/failure';
import type { EditResult } from '../../shared/fal/queue';
import type { Submitted } from '../../shared/fal/submit';
import type { ResultItem } from '../../shared/pictures/resultItems';
import { orderKey } from './orderKey';

/** fal's answer to an order, as far as it stays true. */
export type Taken = Pick<Submitted, 'request_id' | 'status_url' | 'response_url' | 'cancel_url'>;

/** What is known of one order of this execution, from the moment before it is sent to its delivery. */
export interface LedgerEntry {
	/** what fal said when it took it */
	taken?: Taken;
	/** it was sent, and whether fal has taken it is not known */
	inDoubt?: FailureFacts;
	/** what fal gave when it was finished: fal forgets results within the hour, and large ones within minutes */
	result?: EditResult;
	/** the output of a result that held its pictures itself, so that no address leads to them */
	items?: ResultItem[];
}

/**
 * The orders of one execution, kept in the execution's own state, which n8n saves. When n8n runs the node
 * again in the same execution (Retry On Fail runs all items again, Retry execution goes on from the saved
 * state), each item finds its order here and makes no second one. A later visit in a loop has another run
 * index, so it orders anew.
 */
export interface Ledger {
	/** @param item its index, or `all` for one order of all items */
	entry(item: number | 'all'): LedgerEntry;
	/** the ids of all orders of this visit */
	requestIds(): string[];
	/** how many orders of this visit were sent, and got no answer that tells whether fal has them */
	inDoubt(): number;
}

type Stored = Record<string, LedgerEntry>;

export function openLedger(ctx: IExecuteFunctions): Ledger {
	const state = ctx.getContext('node') as { orders?: Record<string, Stored> };
	// Not by an expression: n8n's engine for them takes tens of milliseconds to start.
	const runIndex = String(ctx.getWorkflowDataProxy(0).$runIndex);
	state.orders ??= {};
	const orders = (state.orders[runIndex] ??= {});
	return {
		entry: (item) => (orders[orderKey(ctx, item)] ??= {}),
		inDoubt: () => Object.values(orders).filter((entry) => entry.inDoubt).length,
		requestIds: () => Object.values(orders).flatMap(({ taken }) => taken?.request_id ?? []),
	};
}
