import type { QueueStatus } from '@fal-ai/client';
import type { NanoBananaProEditInput } from '@fal-ai/client/endpoints';
import { attempt } from '../../flow/attempt';
import { SUBMIT_DEADLINE } from '../../limits';
import { captureResponse, type CapturedResponse } from '../http/capturedResponse';
import { ENDPOINT, falClient, type FalConnection } from '../http/client';
import {
	cannotHaveBeenTaken,
	during,
	FalFailure,
	isInDoubt,
	named,
	type FailureFacts,
} from '../failure';
import { isRequestId, status } from './queue';
import { withRetries } from '../http/retries';
import type { ExpiresIn } from '../account/storage';

export interface SubmitOptions {
	webhookUrl?: string;
	priority?: 'normal' | 'low';
	/** how long fal keeps the made files; the account's own setting when absent */
	expiresIn?: ExpiresIn;
	/** ms for one try */
	deadline?: number;
	/** asked right before each try; what it throws ends the order before it is sent */
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

/** The id of an order: in the answer's body, or where that is broken, in fal's header. */
function readTaken(taken: Submitted | undefined, { headers, text }: CapturedResponse): Submitted {
	if (isRequestId(taken?.request_id)) return taken;
	const request_id = idIn({ headers });
	if (request_id) return { ...taken, request_id } as Submitted;
	throw new FalFailure({ unusable: 'the answer has no request id', body: text });
}

/**
 * What became of a try that failed. An answer that is no clear refusal but names a request is about an order
 * that fal has. A 429 or 503 says that it has not; where it names a request all the same, fal is asked.
 */
async function readFailed(connection: FalConnection, error: unknown): Promise<Submitted> {
	const facts = error instanceof FalFailure ? error.facts : {};
	const request_id = idIn(facts);
	if (!request_id) throw error;
	if (isInDoubt({ ...facts, stage: 'submit' })) return { request_id } as Submitted;
	if (!cannotHaveBeenTaken(facts)) throw error;
	const look = await attempt(async () => await status(connection, request_id));
	const isUnknown =
		'error' in look && look.error instanceof FalFailure && look.error.facts.status === 404;
	if (isUnknown) throw error;
	return { request_id } as Submitted;
}

/**
 * Orders one edit. This is what costs money: it is sent again only when fal cannot have taken it,
 * and never ended half-way by a stop, since then nobody would know its request id.
 *
 * @param signal ends the pauses between tries, not a call under way
 * @throws FalFailure of stage `submit`; unless `cannotHaveBeenTaken` says so, fal may be working on it;
 * whatever `lastLook` throws
 */
export async function submit(
	connection: FalConnection,
	input: NanoBananaProEditInput,
	{ webhookUrl, priority, expiresIn, deadline = SUBMIT_DEADLINE, lastLook }: SubmitOptions = {},
	signal?: AbortSignal,
): Promise<Submitted> {
	const captured = captureResponse(connection);
	const { queue } = falClient(captured, { deadline });
	const storageSettings = expiresIn && { storageSettings: { expiresIn } };
	const order = async (): Promise<Submitted> => {
		lastLook?.();
		const sent = await attempt(
			async () => await queue.submit(ENDPOINT, { input, webhookUrl, priority, ...storageSettings }),
		);
		return 'value' in sent
			? readTaken(sent.value as Submitted, captured.last)
			: await readFailed(connection, named(sent.error, 'submit'));
	};
	return await during('submit', async () => await withRetries(order, signal, cannotHaveBeenTaken));
}
