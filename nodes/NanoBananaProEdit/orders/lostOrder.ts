import { attempt } from '../../shared/flow/attempt';
import { FalFailure } from '../../shared/fal/failure';
import { historyPages } from '../../shared/fal/account/history';
import { isNoAccess } from '../../shared/fal/account/platform';
import { pause } from '../../shared/flow/pause';
import { BY_KILLED_RUN, LOST_ORDER } from '../../shared/limits';
import type { Run } from '../../shared/n8n/run';
import type { Ledger } from './ledger';
import type { LedgerEntry, SentOrder } from './ledgerEntry';
import { withImageKeys } from './imageKey';
import { isSameOrder } from './sameOrder';

/** A request that may be the one whose answer was lost. */
interface Candidate {
	requestId: string;
	/** ms between our sending and fal's receiving */
	apart: number;
}

/** Requests in fal's history that are exactly this order and were sent about then, the likeliest first. */
async function candidatesFor({ connection, signal }: Run, sent: SentOrder): Promise<Candidate[]> {
	const { about, clocks } = sent.byKilledRun ? BY_KILLED_RUN : LOST_ORDER;
	const read = sent.byKilledRun ? withImageKeys : (input: unknown) => input;
	const start = new Date(sent.at - clocks).toISOString();
	const found: Candidate[] = [];
	for await (const { items, clock } of historyPages(connection, { start }, signal)) {
		// fal writes its times by its own clock.
		const ahead = clock === undefined ? 0 : clock - Date.now();
		for (const { request_id: requestId, sent_at, json_input } of items) {
			const apart = Date.parse(sent_at ?? '') - ahead - sent.at;
			const isThen = apart > -about && apart < LOST_ORDER.longestSubmit;
			if (isThen && isSameOrder(sent.input, read(json_input))) found.push({ requestId, apart });
		}
	}
	return found.sort((a, b) => Math.abs(a.apart) - Math.abs(b.apart));
}

/**
 * Looks for an order whose answer was lost in fal's request history, where it may be listed late: again
 * with growing pauses while the time allows, and once at least. What is found is this entry's at once, so
 * that of two equal orders in one batch each takes one.
 *
 * @param patience ms since the order was sent
 * @returns the request id; undefined where there is none, or the history may not be read
 * @throws the signal's reason after a stop; the next try of the node looks again
 */
export async function findLostOrder(
	run: Run,
	entry: LedgerEntry,
	ledger: Ledger,
	patience: number,
): Promise<string | undefined> {
	const { sent } = entry;
	// fal keeps no order with `sync_mode` in its history.
	if (!sent || sent.input.sync_mode === true) return undefined;
	for (let wait = LOST_ORDER.first; ; wait = Math.min(wait * 2, LOST_ORDER.longest)) {
		const look = await attempt(
			async () => await run.lookups(async () => await candidatesFor(run, sent)),
		);
		if ('error' in look && !(look.error instanceof FalFailure)) throw look.error;
		if ('error' in look && isNoAccess(look.error)) return undefined;
		// An equal order that is still on its way may be the one in the history.
		if ('value' in look && !ledger.sendsEqual(entry)) {
			const mine = look.value.find(({ requestId }) => !ledger.knows(requestId));
			if (mine) return ledger.take(entry, mine.requestId).request_id;
		}
		const left = sent.at + patience - Date.now();
		if (left <= 0) return undefined;
		await pause(Math.min(wait, left), run.signal);
	}
}
