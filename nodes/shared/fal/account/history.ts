import { ENDPOINT, type FalConnection } from '../http/client';
import { FalFailure } from '../failure';
import { HISTORY_PAGE, LOOK, WEBHOOK_CLOCK_SKEW } from '../../limits';
import { askPlatform } from './platform';
import { withRetries } from '../http/retries';

/** A page of the history holds what went into its requests, and what came out. */
const MAX_HISTORY_BYTES = 64 * 1024 * 1024;

/** One request of this account as fal's history has it; only the id is certain. */
export interface PastRequest {
	request_id: string;
	status_code?: number;
	/** ISO 8601, as are the other times */
	sent_at?: string;
	started_at?: string;
	ended_at?: string;
	/** s */
	duration?: number;
	/** what went in; fal keeps it for 30 days */
	json_input?: unknown;
	/** what came out; fal keeps it for 30 days */
	json_output?: unknown;
}

export interface HistoryQuery {
	/** ISO 8601; fal's own default is a day ago */
	start?: string;
	/** ISO 8601, exclusive */
	end?: string;
	status?: 'success' | 'error' | 'user_error';
	/** looked for in 90 days */
	requestId?: string;
	/** those that ended last come first, without what went in and came out */
	byEnd?: true;
}

interface HistoryPage {
	items: PastRequest[];
	/** fal's own clock, in ms since 1970; undefined where it does not tell */
	clock?: number;
	next?: string;
}

const isPastRequest = (item: unknown): item is PastRequest =>
	typeof (item as PastRequest | null)?.request_id === 'string';

function pathAndQuery(
	{ start, end, status, requestId, byEnd }: HistoryQuery,
	cursor?: string,
): string {
	const given = { start, end, status, request_id: requestId, cursor };
	const query = new URLSearchParams({ endpoint_id: ENDPOINT });
	if (byEnd) query.set('sort_by', 'ended_at');
	else query.set('expand', 'payloads');
	query.set('limit', String(HISTORY_PAGE));
	for (const [name, value] of Object.entries(given)) if (value) query.set(name, value);
	return `requests/by-endpoint?${query}`;
}

async function readPage(
	connection: FalConnection,
	query: HistoryQuery,
	cursor?: string,
	signal?: AbortSignal,
): Promise<HistoryPage> {
	const limits = { signal, largest: MAX_HISTORY_BYTES };
	const address = pathAndQuery(query, cursor);
	const { body, clock } = await askPlatform(connection, 'history', address, limits);
	const { items, next_cursor, has_more } = (body ?? {}) as Record<string, unknown>;
	if (!Array.isArray(items))
		throw new FalFailure({ stage: 'history', unusable: 'the answer is not a list of requests' });
	const goesOn = has_more === true && typeof next_cursor === 'string' && next_cursor !== cursor;
	return { items: items.filter(isPastRequest), clock, next: goesOn ? next_cursor : undefined };
}

/**
 * The requests of this account at the endpoint, newest first, page by page.
 *
 * @throws FalFailure of stage `history`; the signal's reason
 */
export async function* historyPages(
	connection: FalConnection,
	query: HistoryQuery,
	signal?: AbortSignal,
): AsyncGenerator<HistoryPage> {
	let cursor: string | undefined;
	do {
		const read = async () => await readPage(connection, query, cursor, signal);
		const page = await withRetries(read, signal);
		yield page;
		cursor = page.next;
	} while (cursor);
}

/** A request that fal has finished. */
export interface Finished {
	requestId: string;
	/** ms since 1970, by fal's clock as every time here */
	endedAt: number;
}

/** One that has no end yet is not finished. */
function finishedOf({ request_id, ended_at }: PastRequest): Finished[] {
	const endedAt = Date.parse(ended_at ?? '');
	return Number.isNaN(endedAt) ? [] : [{ requestId: request_id, endedAt }];
}

/** fal chooses by when a request was sent; from the very beginning is more than it keeps. */
function startOf(since: number): string | undefined {
	if (since === Infinity) return undefined;
	const from = Math.max(since - LOOK.sent, Date.now() - LOOK.back);
	return new Date(from).toISOString();
}

/**
 * Reads from fal's history, page by page, what has finished at `since` or later: one page while that is little.
 *
 * @param since Infinity for no more than what the last page says
 * @param most of them, the latest
 * @returns them, the latest first, and fal's clock as it was before
 * @throws FalFailure of stage `history`
 */
export async function listFinished(
	connection: FalConnection,
	since: number,
	most = Infinity,
): Promise<{ finished: Finished[]; clock: number }> {
	const all: Finished[] = [];
	let asked: number | undefined;
	for await (const page of historyPages(connection, { start: startOf(since), byEnd: true })) {
		// Where fal's clock is not known, n8n's may be ahead of it.
		asked ??= page.clock ?? Date.now() - WEBHOOK_CLOCK_SKEW;
		all.push(...page.items.flatMap(finishedOf));
		const last = all.at(-1);
		if ((last && last.endedAt < since) || all.length >= most) break;
	}
	const finished = all.filter(({ endedAt }) => endedAt >= since).slice(0, most);
	return { finished, clock: asked! };
}
