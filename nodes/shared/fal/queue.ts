import type { QueueStatus } from '@fal-ai/client';
import type { NanoBananaProEditInput } from '@fal-ai/client/endpoints';
import { attempt } from '../flow/attempt';
import { ENDPOINT, falClient, type FalConnection } from './client';
import {
	cannotHaveBeenTaken,
	during,
	FalFailure,
	isOutcome,
	isPassing,
	type FailureFacts,
} from './failure';
import type { ExpiresIn } from './storage';
import { LATE_RESULT, SUBMIT_DEADLINE } from '../limits';
import { pause } from '../flow/pause';
import { withRetries } from './retries';
import { captureResponse, type CapturedResponse } from './capturedResponse';

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

/** Request ids are UUIDs; what would change the path of a URL is none. */
export const isRequestId = (id: unknown): id is string =>
	typeof id === 'string' && /^[\w-]{8,100}$/.test(id);

/** The id of an order: in the answer's body, or where that is broken, in fal's header. */
function readTaken(taken: Submitted | undefined, { headers, text }: CapturedResponse): Submitted {
	if (isRequestId(taken?.request_id)) return taken;
	const request_id = headers['x-fal-request-id'];
	if (isRequestId(request_id)) return { ...taken, request_id } as Submitted;
	throw new FalFailure({ unusable: 'the answer has no request id', body: text });
}

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
	const captured = captureResponse(connection);
	const { queue } = falClient(captured, { deadline: SUBMIT_DEADLINE });
	const order = async () =>
		(await queue.submit(ENDPOINT, {
			input,
			webhookUrl,
			priority,
			...(expiresIn && { storageSettings: { expiresIn } }),
		})) as Submitted;
	return await during('submit', async () => {
		const sent = await attempt(async () => await withRetries(order, signal, cannotHaveBeenTaken));
		if ('value' in sent) return readTaken(sent.value, captured.last);
		const { error } = sent;
		const headers =
			(error instanceof FalFailure && error.facts.unusable && error.facts.headers) || {};
		if (isRequestId(headers['x-fal-request-id']))
			return readTaken(undefined, { headers, text: '' });
		throw error;
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
	// A proxy that hides statuses gives fal's 404 as an answer like any other.
	if ((found?.status as string) === 'NOT_FOUND') {
		throw new FalFailure({ stage: 'status', requestId, status: 404 });
	}
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
	const fetchOnce = async () => readResult((await queue.result(ENDPOINT, { requestId })).data);
	const fetchPassing = async () =>
		await withRetries(fetchOnce, signal, (facts) => isPassing(facts) && !isOutcome(facts));
	return await during('result', async () => await whileLate(fetchPassing, signal), requestId);
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

/** An empty list is the model's quiet way of a refusal; its description may say why. */
const refusal = (msg: unknown) =>
	new FalFailure({ status: 200, body: { detail: [{ msg, type: 'no_media_generated' }] } });

function readResult(data: unknown): EditResult {
	const { images, description } = (data ?? {}) as { images?: unknown; description?: unknown };
	if (!Array.isArray(images)) throw new FalFailure({ unusable: 'the answer is no result' });
	if (images.length === 0) throw refusal(description);
	if (!images.every((image) => typeof image?.url === 'string' && image.url !== '')) {
		throw new FalFailure({ unusable: 'an image of the result has no address' });
	}
	return { images, description: typeof description === 'string' ? description : '' };
}
