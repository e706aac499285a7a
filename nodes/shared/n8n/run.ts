import type { IExecuteFunctions } from 'n8n-workflow';
import { connect, type Connected } from './connection';
import { concurrencyLimit, Gate, Priority, type ConcurrencyLimit } from '../flow/gate';
import { PromiseCache } from '../flow/promiseCache';
import { turnsOf, type Turns } from '../flow/turns';
import type { EditResult } from '../fal/queue/result';
import { PriceOnce } from '../fal/account/price';
import type { RequestFields } from '../requests/fingerprint';
import { HistorySearch } from '../requests/recover';
import { BufferPool } from '../images/transfer/bufferPool';
import {
	BYTES_IN_FLIGHT,
	DOWNLOADS_ASSURED,
	LARGE_CALLS_IN_FLIGHT,
	LOOKUPS_IN_FLIGHT,
	READS_IN_FLIGHT,
	UPLOADS_ASSURED,
} from '../limits';
import type { NodeFailure } from './nodeErrors';
import type { Gathered } from './processedMemory';
import { gatherSubmits } from './workflowRequests';

/** A request of before that gave images. */
export interface Earlier {
	requestId: string;
	result: EditResult;
}

/** Finds those that asked for the same, the newest first, by fields with keys in place of the images' addresses. */
export type FindEarlier = (fields: RequestFields) => Earlier[];

/** One execution of a node: n8n on one side, fal on the other. */
export interface Run extends Connected {
	ctx: IExecuteFunctions;
	/** bounds how many items have their files looked at at once */
	reads: ConcurrencyLimit;
	/** bounds the files that come in at once */
	downloads: Gate;
	/** finished edits are noticed before others are downloaded */
	results: Priority;
	/** bounds the items that send their files at once; apart, so that neither waits for the other */
	sends: Gate;
	/** for small files on their way in or out */
	buffers: BufferPool;
	/** bounds how many pages of fal's history are read at once */
	lookups: ConcurrencyLimit;
	/** bounds how many requests are at fal at once, by what the account takes */
	turns: Turns;
	/** finds requests in fal's history, for all items at once */
	search: HistorySearch;
	/** asked for once, by the first that needs it */
	price: PriceOnce;
	/** what the account has in fal's history of so many days, for Reuse Results */
	earlier: PromiseCache<FindEarlier>;
	/** addresses of what this run has uploaded, by content */
	uploads: PromiseCache<string>;
	/** notes what this workflow has submitted, for its triggers */
	submits: Gathered<unknown>;
	/** bounds how many calls with images inside are under way */
	largeCalls: ConcurrencyLimit;
	/** the failure on which the node stops, once there is one */
	ending?: NodeFailure;
	/** aborted when the user stops the execution or its time is up */
	signal?: AbortSignal;
}

/** Whether an agent runs the node: n8n then gives it a type of its own. */
export const isTool = (ctx: IExecuteFunctions) => ctx.getNode().type.endsWith('Tool');

/** @throws InputError for a credential that cannot be right */
export async function startRun(ctx: IExecuteFunctions): Promise<Run> {
	const connected = await connect(ctx);
	const signal = ctx.getExecutionCancelSignal?.();
	return {
		ctx,
		...connected,
		search: new HistorySearch(connected.connection, signal),
		price: new PriceOnce(connected.connection, signal),
		reads: concurrencyLimit(READS_IN_FLIGHT),
		downloads: new Gate({ bytes: BYTES_IN_FLIGHT, assured: DOWNLOADS_ASSURED }),
		results: new Priority(),
		sends: new Gate({ bytes: BYTES_IN_FLIGHT, assured: UPLOADS_ASSURED }),
		buffers: new BufferPool(),
		largeCalls: concurrencyLimit(LARGE_CALLS_IN_FLIGHT),
		lookups: concurrencyLimit(LOOKUPS_IN_FLIGHT),
		turns: turnsOf(connected.connection.key),
		earlier: new PromiseCache(),
		uploads: new PromiseCache(),
		submits: gatherSubmits(ctx),
		signal,
	};
}
