import { attempt } from '../../flow/attempt';
import { capturing, ENDPOINT, falClient, type FalConnection } from '../http/client';
import { FalFailure, named } from '../failure';
import { CANCEL_DEADLINE } from '../../limits';
import { parsedBody } from '../http/http';
import { withRetries } from '../http/retries';

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
