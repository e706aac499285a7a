import { attempt } from '../../flow/attempt';
import type { FalConnection } from '../http/client';
import { readResult, type EditResult } from './editResult';
import { FalFailure } from '../failure';
import { historyPages } from '../account/history';

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether fal's queue knows the request or its result no longer. */
export const isGone = (error: unknown): boolean =>
	error instanceof FalFailure &&
	(error.facts.stage === 'status' || error.facts.stage === 'result') &&
	(error.facts.status === 404 || error.facts.status === 410);

async function outputOf(connection: FalConnection, requestId: string, signal?: AbortSignal) {
	for await (const { items } of historyPages(connection, { requestId }, signal)) {
		const found = items.find((item) => item.request_id === requestId);
		return found?.json_output;
	}
}

/**
 * A result that fal's queue has dropped, from its request history, which keeps it for 30 days.
 *
 * @param error why the queue gives none
 * @throws the same error where it means something else, and where the history cannot tell
 */
export async function orFromHistory(
	connection: FalConnection,
	requestId: string,
	error: unknown,
	signal?: AbortSignal,
): Promise<EditResult> {
	if (!isGone(error) || !UUID.test(requestId)) throw error;
	const kept = await attempt(async () => readResult(await outputOf(connection, requestId, signal)));
	signal?.throwIfAborted();
	if ('error' in kept) throw error;
	return kept.value;
}
