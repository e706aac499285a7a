import type { QueueStatus } from '@fal-ai/client';
import type { NanoBananaProEditInput } from '@fal-ai/client/endpoints';
import { attempt } from '../../flow/attempt';
import { RETRY, SUBMIT_DEADLINE, UNKNOWN_REQUEST_TRIES } from '../../limits';
import { capturing, ENDPOINT, falClient, type FalConnection } from '../http/client';
import {
	cannotHaveBeenTaken,
	during,
	FalFailure,
	isInDoubt,
	isPassing,
	named,
	type FailureFacts,
} from '../failure';
import { isShutOut } from '../speaker';
import { isRequestId, status } from './queue';
import type { Headers } from '../http/http';
import { withRetries } from '../http/retries';
import type { ExpiresIn } from '../account/storage';

export interface SubmitOptions {
	webhookUrl?: string;
	priority?: 'normal' | 'low';
	/** how long fal keeps the made files; the account's own setting when absent */
	expiresIn?: ExpiresIn;
	/** the longest that the request may wait in fal's queue, in s; over 1 */
	startTimeout?: number;
	/** ms for one try */
	deadline?: number;
	/** asked right before each try, and each second of a pause; what it throws ends the submit before it is sent */
	lastLook?: () => void;
}

/** What fal says of a request it has just taken. */
export type Submitted = QueueStatus & {
	request_id: string;
	cancel_url?: string;
	status_url?: string;
};

const idIn = ({ headers }: FailureFacts): string | undefined => {
	const id = headers?.['x-fal-request-id'];
	return isRequestId(id) ? id : undefined;
};

/** The id of a new request: in the answer's body, or where that is broken, in fal's header. */
function readTaken(
	taken: Submitted | undefined,
	{ headers, text }: { headers: Headers; text: string },
): Submitted {
	if (isRequestId(taken?.request_id)) return taken;
	const request_id = idIn({ headers });
	if (request_id) return { ...taken, request_id } as Submitted;
	throw new FalFailure({ unusable: 'the answer has no request id', body: taken ?? text });
}

/** No request has this id. */
const NO_REQUEST = '00000000-0000-0000-0000-000000000000';

/** What fal says of a request, which one of its servers may not know yet; undefined where none knows it. */
async function findRequest(connection: FalConnection, requestId: string, signal?: AbortSignal) {
	const look = async () => await status(connection, requestId);
	const again = ({ status: code }: FailureFacts) => code === 404;
	const tries = UNKNOWN_REQUEST_TRIES;
	const found = await attempt(async () => await withRetries(look, signal, { again, tries }));
	const isUnknown =
		'error' in found && found.error instanceof FalFailure && found.error.facts.status === 404;
	return isUnknown ? undefined : found;
}

/**
 * A page with 200, or a redirect, in place of the answer leaves open whether the submit went through. A call that
 * submits nothing tells: whoever gives it the same kind of page answers in fal's place, and passes nothing on.
 */
async function withLookPast(connection: FalConnection, failure: FalFailure): Promise<FalFailure> {
	const { facts } = failure;
	if (!isInDoubt(facts) || !isShutOut(facts)) return failure;
	const look = await attempt(async () => await status(connection, NO_REQUEST));
	const isSame = 'error' in look && look.error instanceof FalFailure && isShutOut(look.error.facts);
	return isSame ? failure.with({ shut: true }) : failure;
}

/**
 * What became of a try that failed. An answer that is no clear refusal but names a request is about one
 * that fal has. A 429 or 503 says that it has not; where it names a request all the same, fal is asked.
 */
async function readFailed(
	connection: FalConnection,
	error: unknown,
	signal?: AbortSignal,
): Promise<Submitted> {
	if (!(error instanceof FalFailure)) throw error;
	const { facts } = error;
	const request_id = idIn(facts);
	if (!request_id) throw await withLookPast(connection, error);
	if (isInDoubt(facts)) return { request_id } as Submitted;
	const mayBeKnown =
		cannotHaveBeenTaken(facts) && (await findRequest(connection, request_id, signal));
	if (!mayBeKnown) throw error;
	return { request_id } as Submitted;
}

/**
 * Submits one edit. This is what costs money: it is sent again only when fal cannot have taken it,
 * and never ended half-way by a stop, since then nobody would know its request id.
 *
 * @param signal ends the pauses between tries, not a call under way
 * @throws FalFailure of stage `submit`; unless `cannotHaveBeenTaken` says so, fal may be working on it;
 * whatever `lastLook` throws
 */
export async function submit(
	connection: FalConnection,
	input: NanoBananaProEditInput,
	options: SubmitOptions = {},
	signal?: AbortSignal,
): Promise<Submitted> {
	const { webhookUrl, priority, expiresIn, deadline = SUBMIT_DEADLINE, lastLook } = options;
	const { startTimeout } = options;
	// So long it may wait at fal, and so long fal may put it off (429 or 503 with `Retry-After`).
	const patience = startTimeout === undefined ? RETRY.told : startTimeout * 1_000;
	const captured = capturing(connection);
	const { queue } = falClient(captured, { deadline });
	const storageSettings = expiresIn && { storageSettings: { expiresIn } };
	const asked = { input, webhookUrl, priority, startTimeout, ...storageSettings };
	const send = async (): Promise<Submitted> => {
		lastLook?.();
		const sent = await attempt(async () => await queue.submit(ENDPOINT, asked));
		return 'value' in sent
			? readTaken(sent.value as Submitted, captured.last)
			: await readFailed(connection, named(sent.error, 'submit'), signal);
	};
	const again = (facts: FailureFacts) => cannotHaveBeenTaken(facts) && isPassing(facts);
	const retries = { again, until: performance.now() + patience, isWanted: lastLook };
	return await during('submit', async () => await withRetries(send, signal, retries));
}
