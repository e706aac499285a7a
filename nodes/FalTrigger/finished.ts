import { historyPages, type PastRequest } from '../shared/fal/account/history';
import type { FalConnection } from '../shared/fal/http/client';
import { LOOK, WEBHOOK_CLOCK_SKEW } from '../shared/limits';

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
