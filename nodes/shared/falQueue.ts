import type { QueueStatus } from '@fal-ai/client';
import type { NanoBananaProEditInput } from '@fal-ai/client/endpoints';
import { ENDPOINT, falClient, type FalConnection } from './falClient';
import { attempt } from './attempt';
import {
	cannotHaveBeenTaken,
	during,
	FalFailure,
	isOutcome,
	isPassing,
	named,
	type FailureFacts,
} from './falFailure';
import type { ExpiresIn } from './falStorage';
import { CANCEL_DEADLINE, LATE_RESULT, SUBMIT_DEADLINE } from './limits';
import { pause } from './pause';
import { withRetries } from './retry';

export interface SubmitOptions {
	webhookUrl?: string;
	priority?: 'normal' | 'low';
	/** how long fal keeps the made files; the account's own setting when absent */
	expiresIn?: ExpiresIn;
}

/** What fal says of a request it has just taken. */
export type Submitted = QueueStatus & {
	request_id: string;
	cancel_url?: string;
	status_url?: string;
};

/** A status as fal sends it: the client's type leaves `error` out. */
export type Status = QueueStatus & { error?: string; error_type?: string };

/** One made image as fal names it; only `url` is certain. */
export interface FalImage {
	url: string;
	content_type?: string | null;
	file_name?: string | null;
	file_size?: number | null;
	width?: number | null;
	height?: number | null;
}

export interface EditResult {
	images: FalImage[];
	description: string;
}

export type CancelAnswer = 'CANCELLATION_REQUESTED' | 'ALREADY_COMPLETED' | 'NOT_FOUND';

/** Request ids are UUIDs; what would change the path of a URL is none. */
export const isRequestId = (id: unknown): id is string =>
	typeof id === 'string' && /^[\w-]{8,100}$/.test(id);

/**
 * Orders one edit. This is what costs money: it is sent again only when fal cannot have taken it,
 * and never ended half-way by a stop, since then nobody would know its request id.
 *
 * @param signal ends the pauses between tries, not a call under way
 * @throws FalFailure of stage `submit`; unless `cannotHaveBeenTaken` says so, fal may be working on it
 */
export async function submit(
	connection: FalConnection,
	input: NanoBananaProEditInput,
	{ webhookUrl, priority, expiresIn }: SubmitOptions = {},
	signal?: AbortSignal,
): Promise<Submitted> {
	const { queue } = falClient(connection, { deadline: SUBMIT_DEADLINE });
	return await during('submit', async () => {
		const order = async () =>
			(await queue.submit(ENDPOINT, {
				input,
				webhookUrl,
				priority,
				...(expiresIn && { storageSettings: { expiresIn } }),
			})) as Submitted;
		const taken = await withRetries(order, signal, cannotHaveBeenTaken);
		if (isRequestId(taken?.request_id)) return taken;
		throw new FalFailure({ unusable: 'the answer has no request id', body: taken });
	});
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
	if (typeof found?.status === 'string') return found;
	throw new FalFailure({ stage: 'status', requestId, unusable: 'the answer has no status' });
}

/** fal answers 400 with a plain text for a moment when the result comes later than the status. */
const isLate = (facts: FailureFacts) => facts.status === 400 && !isOutcome(facts);

/**
 * The images of a completed request.
 *
 * @throws FalFailure of stage `result`: fal's reason why there are none, or 404 when it keeps them no longer
 */
export async function result(
	connection: FalConnection,
	requestId: string,
	signal?: AbortSignal,
): Promise<EditResult> {
	const { queue } = falClient(connection, { signal });
	const fetchOnce = async () => (await queue.result(ENDPOINT, { requestId })).data as EditResult;
	const fetchPassing = async () =>
		await withRetries(fetchOnce, signal, (facts) => isPassing(facts) && !isOutcome(facts));
	return await during(
		'result',
		async () => readResult(await whileLate(fetchPassing, signal)),
		requestId,
	);
}

async function whileLate<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
	for (let tried = 1; ; tried++) {
		const outcome = await attempt(run);
		if ('value' in outcome) return outcome.value;
		const late = outcome.error instanceof FalFailure && isLate(outcome.error.facts);
		if (!late || tried >= LATE_RESULT.tries) throw outcome.error;
		await pause(LATE_RESULT.pause, signal);
	}
}

function readResult(data: EditResult | undefined): EditResult {
	const images = Array.isArray(data?.images) ? data.images : [];
	if (images.length === 0) {
		// The model says in the description why it made none, if it says it at all.
		throw new FalFailure({
			unusable: 'the result has no images',
			body: { detail: data?.description },
		});
	}
	if (!images.every((image) => typeof image?.url === 'string' && image.url !== '')) {
		throw new FalFailure({ unusable: 'an image of the result has no address' });
	}
	const description = typeof data?.description === 'string' ? data.description : '';
	return { images, description };
}

/**
 * Asks fal to drop a request. `CANCELLATION_REQUESTED` is a wish: a running edit may still finish.
 *
 * @throws FalFailure of stage `cancel` when fal gives none of its three answers
 */
export async function cancel(connection: FalConnection, requestId: string): Promise<CancelAnswer> {
	// No signal: a cancel is what is still sent after a stop.
	const { queue } = falClient(connection, { deadline: CANCEL_DEADLINE });
	const ask = async () => await queue.cancel(ENDPOINT, { requestId });
	const asked = await attempt(async () => await withRetries(ask));
	if ('value' in asked) return 'CANCELLATION_REQUESTED';
	const facts = asked.error instanceof FalFailure ? asked.error.facts : {};
	const word = (facts.body as { status?: unknown } | undefined)?.status;
	if (word === 'ALREADY_COMPLETED' || word === 'NOT_FOUND') return word;
	throw named(asked.error, 'cancel', requestId);
}
