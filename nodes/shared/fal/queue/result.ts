import { attempt } from '../../flow/attempt';
import { pause } from '../../flow/pause';
import { CALL_DEADLINE, TRANSFER_DEADLINE } from '../../limits';
import { historyPages } from '../account/history';
import { readUnits } from '../account/price';
import { during, FalFailure, isOutcome, isPassing, type FailureFacts } from '../failure';
import { capturing, ENDPOINT, falClient, type FalConnection } from '../http/client';
import { withRetries } from '../http/retries';

/** The result can be late by a moment after COMPLETED: fal then says 400 "still in progress". */
const LATE_RESULT = { tries: 8, pause: 400 };

/** One odd answer is not believed: so many of the same kind in a row make a result lost, or fal's own failure. */
const RESULT_BELIEVED_AFTER = 3;

/** A result may hold its images: 4 of 4K, as text. */
const MAX_RESULT_BYTES = 192 * 1024 * 1024;

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
	/** what fal charges for it, where it says so */
	billableUnits?: number;
}

/** An empty list is the model's quiet way of a refusal; its description may say why. */
const refusal = (msg: unknown) =>
	new FalFailure({ status: 200, body: { detail: [{ msg, type: 'no_media_generated' }] } });

/** @throws FalFailure for what is no result, or has no images */
export function readResult(data: unknown): EditResult {
	const { images, description } = (data ?? {}) as { images?: unknown; description?: unknown };
	if (!Array.isArray(images)) throw new FalFailure({ unusable: 'the answer is not a result' });
	if (images.length === 0) throw refusal(description);
	if (!images.every((image) => typeof image?.url === 'string' && image.url !== '')) {
		throw new FalFailure({ unusable: 'an image of the result has no address' });
	}
	return { images, description: typeof description === 'string' ? description : '' };
}

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether fal's queue knows the request or its result no longer. */
export const isGone = (error: unknown): boolean =>
	error instanceof FalFailure &&
	(error.facts.stage === 'status' || error.facts.stage === 'result') &&
	(error.facts.status === 404 || error.facts.status === 410);

async function outputOf(connection: FalConnection, requestId: string, signal?: AbortSignal) {
	if (!UUID.test(requestId)) throw new FalFailure({ stage: 'history', requestId });
	for await (const { items } of historyPages(connection, { requestId }, signal)) {
		const found = items.find((item) => item.request_id === requestId);
		return found?.json_output;
	}
}

/**
 * A result that fal's queue has dropped, from its request history, which keeps it for 30 days.
 *
 * @param error why the queue gives none
 * @throws the same error where it means something else, and where the history has no result, or cannot tell
 */
export async function orFromHistory(
	connection: FalConnection,
	requestId: string,
	error: unknown,
	signal?: AbortSignal,
): Promise<EditResult> {
	if (!isGone(error)) throw error;
	const kept = await attempt(async () => readResult(await outputOf(connection, requestId, signal)));
	signal?.throwIfAborted();
	if ('value' in kept) return kept.value;
	const isUntold = kept.error instanceof FalFailure && kept.error.facts.stage === 'history';
	throw isUntold ? (error as FalFailure).with({ untold: true }) : error;
}

/** fal answers 400 with a plain text for a moment when the result comes later than the status. */
const isLate = (facts: FailureFacts) => facts.status === 400 && !isOutcome(facts);

/** Whether a result that was not given may be given in another answer. A refusal is final at once. */
function mayChange(facts: FailureFacts, tried: number): boolean {
	const { status = 0, network } = facts;
	const isDoubtful = network === 'TIMEOUT' || status === 404 || status === 410 || status >= 500;
	if (isOutcome(facts) || network === 'TIMEOUT' || status === 404 || status === 410)
		return isDoubtful && tried < RESULT_BELIEVED_AFTER;
	return isPassing(facts);
}

/**
 * The images of a completed request. No single answer is believed that says they are lost, or that fal
 * failed: what follows from it may be another paid request.
 *
 * @param isLarge whether the images are in the answer, as with `sync_mode`
 * @throws FalFailure of stage `result`: fal's reason why there are none, or 404 when it keeps them no longer
 */
export async function result(
	connection: FalConnection,
	requestId: string,
	signal?: AbortSignal,
	isLarge = false,
): Promise<EditResult> {
	// One that took too long may hold its images, and gets the time of a transfer from then on.
	let deadline = isLarge ? TRANSFER_DEADLINE : CALL_DEADLINE;
	const fetchOnce = async () => {
		const captured = capturing(connection, false);
		const { queue } = falClient(captured, { signal, deadline, largest: MAX_RESULT_BYTES });
		const found = readResult((await queue.result(ENDPOINT, { requestId })).data);
		const billableUnits = readUnits(captured.last.headers);
		return billableUnits === undefined ? found : { ...found, billableUnits };
	};
	const again = (facts: FailureFacts, tried: number) => {
		if (facts.network === 'TIMEOUT') deadline = TRANSFER_DEADLINE;
		return mayChange(facts, tried);
	};
	const fetchPassing = async () => await withRetries(fetchOnce, signal, { again });
	const fetchLate = async () => await whileLate(fetchPassing, signal);
	const fetched = await attempt(async () => await during('result', fetchLate, requestId));
	if ('value' in fetched) return fetched.value;
	return await orFromHistory(connection, requestId, fetched.error, signal);
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
