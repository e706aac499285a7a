import { randomUUID } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { addressesOf } from '../../shared/fal/queue/queue';
import type { LedgerEntry, Taken } from './ledgerEntry';
import { orderKey } from './orderKey';
import { Marks } from './marks';
import { alone, remember } from './sameBeginning';
import { isKnownHere, noteHere } from './takenHere';

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
	/** Places the order of an entry, once for all executions of this process that have begun with the same state. */
	place<T>(entry: LedgerEntry, place: () => Promise<T>, signal?: AbortSignal): Promise<T>;
	/** Finds what a killed run has begun, where n8n begins that run anew; before the first order. */
	begin(items: Array<number | 'all'>): Promise<void>;
	/** Notes that an order is about to be sent, where n8n keeps it also if it is killed. */
	mark(entry: LedgerEntry): Promise<void>;
	/** The visit has ended: from here on n8n has saved what is in here. */
	end(): Promise<void>;
	/** Strikes an order out of which nothing came, and for which nothing is paid: it may be made anew. */
	strike(entry: LedgerEntry): void;
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
	delete entry.begun;
	delete entry.sent;
	delete entry.inDoubt;
	noteHere(request_id);
	return entry.taken;
}

export function openLedger(ctx: IExecuteFunctions): Ledger {
	const state = ctx.getContext('node') as { id?: string; orders?: Record<string, Stored> };
	const isNew = state.id === undefined;
	const id = (state.id ??= randomUUID());
	// Not by an expression: n8n's engine for them takes tens of milliseconds to start.
	const runIndex = String(ctx.getWorkflowDataProxy(0).$runIndex);
	const visits = (state.orders ??= {});
	const orders = (visits[runIndex] ??= {});
	doubtWhatWasSent(orders);
	const entries = () => Object.values(orders);
	const all = () => Object.values(visits).flatMap((visit) => Object.values(visit));
	const names = new Map<LedgerEntry, string>();
	const nameOf = (entry: LedgerEntry) => names.get(entry)!;
	const marks = new Marks(ctx);
	// The ledger's own id is another one in a run that begins anew.
	const markOf = (entry: LedgerEntry) => nameOf(entry).slice(id.length);
	const entryOf = (item: number | 'all') => {
		const key = orderKey(ctx, item);
		const entry = (orders[key] ??= {});
		names.set(entry, [id, runIndex, key].join(' '));
		return entry;
	};
	const inputOf = ({ sent }: LedgerEntry) => JSON.stringify(sent!.input);
	return {
		entry: entryOf,
		inDoubt: () => entries().filter((entry) => entry.inDoubt).length,
		requestIds: () => entries().flatMap(({ taken }) => taken?.request_id ?? []),
		knows: (id) => isKnownHere(id) || all().some(({ taken }) => taken?.request_id === id),
		sendsEqual: (entry) =>
			entries().some((other) => isOnItsWay(other) && inputOf(other) === inputOf(entry)),
		take,
		place: async (entry, place, signal) => await alone(nameOf(entry), entry, place, signal),
		begin: async (items) => {
			if (!isNew || ctx.getMode() !== 'retry') return;
			const all = items.map(entryOf);
			const left = await marks.leftOf(all.map(markOf));
			for (const entry of all) if (left.includes(markOf(entry))) entry.begun = true;
		},
		mark: async (entry) => await marks.make(markOf(entry)),
		end: async () => await marks.end(),
		strike: (entry) => {
			delete entry.taken;
			remember(nameOf(entry), entry);
		},
	};
}
