import type { IExecuteFunctions } from 'n8n-workflow';
import type { FailureFacts } from '../../shared/fal/failure';
import { addressesOf } from '../../shared/fal/queue';
import type { EditResult } from '../../shared/fal/queue';
import type { Submitted } from '../../shared/fal/submit';
import type { ResultItem } from '../../shared/pictures/resultItems';
import { orderKey } from './orderKey';
import type { OrderFields } from './sameOrder';
import { isKnownHere, noteHere } from './takenHere';

/** fal's answer to an order, as far as it stays true. */
export type Taken = Pick<Submitted, 'request_id' | 'status_url' | 'response_url' | 'cancel_url'>;

/** By what an order is found again whose answer was lost. */
export interface SentOrder {
	/** ms since 1970 */
	at: number;
	/** what was sent, shortened */
	input: OrderFields;
}

/** What is known of one order of this execution, from the moment before it is sent to its delivery. */
export interface LedgerEntry {
	/** it leaves this process, and there is no answer yet */
	sent?: SentOrder;
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
	/** whether a request is one of ours already, in any visit, or in another execution of this process */
	knows(requestId: string): boolean;
	/** whether an order equal to this entry's is on its way to fal */
	sendsEqual(entry: LedgerEntry): boolean;
	/** Enters what fal has taken. */
	take(entry: LedgerEntry, requestId: string, given?: Partial<Taken>): Taken;
}

type Stored = Record<string, LedgerEntry>;

const isOnItsWay = ({ sent, taken, inDoubt }: LedgerEntry) => sent && !taken && !inDoubt;

/** What n8n has saved of a process that died with an order on its way. */
function doubtWhatWasSent(orders: Stored): void {
	for (const entry of Object.values(orders))
		if (isOnItsWay(entry)) entry.inDoubt = { stage: 'submit', network: 'NO_ANSWER' };
}

function take(entry: LedgerEntry, request_id: string, given: Partial<Taken> = {}): Taken {
	const usual = addressesOf(request_id);
	entry.taken = {
		request_id,
		status_url: given.status_url ?? usual.status_url,
		response_url: given.response_url ?? usual.response_url,
		cancel_url: given.cancel_url ?? usual.cancel_url,
	};
	delete entry.sent;
	delete entry.inDoubt;
	noteHere(request_id);
	return entry.taken;
}

export function openLedger(ctx: IExecuteFunctions): Ledger {
	const state = ctx.getContext('node') as { orders?: Record<string, Stored> };
	// Not by an expression: n8n's engine for them takes tens of milliseconds to start.
	const runIndex = String(ctx.getWorkflowDataProxy(0).$runIndex);
	const visits = (state.orders ??= {});
	const orders = (visits[runIndex] ??= {});
	doubtWhatWasSent(orders);
	const entries = () => Object.values(orders);
	const all = () => Object.values(visits).flatMap((visit) => Object.values(visit));
	const inputOf = ({ sent }: LedgerEntry) => JSON.stringify(sent!.input);
	return {
		entry: (item) => (orders[orderKey(ctx, item)] ??= {}),
		inDoubt: () => entries().filter((entry) => entry.inDoubt).length,
		requestIds: () => entries().flatMap(({ taken }) => taken?.request_id ?? []),
		knows: (id) => isKnownHere(id) || all().some(({ taken }) => taken?.request_id === id),
		sendsEqual: (entry) =>
			entries().some((other) => isOnItsWay(other) && inputOf(other) === inputOf(entry)),
		take,
	};
}
