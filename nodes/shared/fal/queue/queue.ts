import type { QueueStatus } from '@fal-ai/client';
import { attempt } from '../../flow/attempt';
import { during, FalFailure, named } from '../failure';
import { capturing, ENDPOINT, falClient, requestUrl, type FalConnection } from '../http/client';
import { parsedBody } from '../http/http';
import { withRetries } from '../http/retries';

/** A status as fal sends it: the client's type leaves `error` out. */
export type Status = QueueStatus & { error?: string; error_type?: string };

/** Request ids are UUIDs; what would change the path of a URL is none. */
export const isRequestId = (id: unknown): id is string =>
	typeof id === 'string' && /^[\w-]{8,100}$/.test(id);

/** The addresses of a request, as fal gives them with a new one. */
export function addressesOf(
	requestId: string,
): Record<'response_url' | 'status_url' | 'cancel_url', string> {
	const response_url = requestUrl(requestId);
	return {
		response_url,
		status_url: `${response_url}/status`,
		cancel_url: `${response_url}/cancel`,
	};
}

/** @throws FalFailure of stage `status`; one look, not repeated */
export async function status(
	connection: FalConnection,
	requestId: string,
	{ logs = false, signal }: { logs?: boolean; signal?: AbortSignal } = {},
): Promise<Status> {
	const { queue } = falClient(connection, { signal });
	const look = async () => (await queue.status(ENDPOINT, { requestId, logs })) as Status;
	const found = await during('status', look, requestId);
	// A proxy that hides statuses gives fal's 404 as an answer like any other.
	if ((found?.status as string) === 'NOT_FOUND') {
		throw new FalFailure({ stage: 'status', requestId, status: 404 });
	}
	if (typeof found?.status === 'string') return found;
	throw new FalFailure({ stage: 'status', requestId, unusable: 'the answer has no status' });
}

/** On a stop or time-out nobody waits long for fal's word on the cancel. */
const CANCEL_DEADLINE = 10_000;

const CANCEL_ANSWERS = ['CANCELLATION_REQUESTED', 'ALREADY_COMPLETED', 'NOT_FOUND'] as const;

export type CancelAnswer = (typeof CANCEL_ANSWERS)[number];

/** fal's three answers to a cancel; some proxies give them all with the status 200. */
function readCancelAnswer(text: string): CancelAnswer {
	const { status, success = text === '' } = Object(parsedBody(text)) as {
		status?: unknown;
		success?: unknown;
	};
	if (isCancelAnswer(status)) return status;
	if (success === true) return 'CANCELLATION_REQUESTED';
	throw new FalFailure({ unusable: 'the answer does not say whether the edit was cancelled' });
}

const isCancelAnswer = (word: unknown): word is CancelAnswer =>
	CANCEL_ANSWERS.some((known) => known === word);

/**
 * Asks fal to drop a request. `CANCELLATION_REQUESTED` is a wish: a running edit may still finish.
 *
 * @param tries how often at most, while there is no answer
 * @throws FalFailure of stage `cancel` when fal gives none of its three answers
 */
export async function cancel(
	connection: FalConnection,
	requestId: string,
	tries?: number,
): Promise<CancelAnswer> {
	const captured = capturing(connection);
	// No signal: a cancel is what is still sent after a stop.
	const { queue } = falClient(captured, { deadline: CANCEL_DEADLINE });
	const ask = async () => {
		await queue.cancel(ENDPOINT, { requestId });
		return readCancelAnswer(captured.last.text);
	};
	const asked = await attempt(async () => await withRetries(ask, undefined, { tries }));
	if ('value' in asked) return asked.value;
	const facts = asked.error instanceof FalFailure ? asked.error.facts : {};
	const word = (facts.body as { status?: unknown } | undefined)?.status;
	if (isCancelAnswer(word)) return word;
	throw named(asked.error, 'cancel', requestId);
}
