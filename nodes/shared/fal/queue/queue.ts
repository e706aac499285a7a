import type { QueueStatus } from '@fal-ai/client';
import { attempt } from '../../flow/attempt';
import { capturing, ENDPOINT, falClient, type FalConnection } from '../http/client';
import { readUnits } from '../account/price';
import { readResult, type EditResult } from './editResult';
import { orFromHistory } from './keptResult';
import { during, FalFailure, isOutcome, isPassing, type FailureFacts } from '../failure';
import {
	CALL_DEADLINE,
	LATE_RESULT,
	MAX_RESULT_BYTES,
	RESULT_BELIEVED_AFTER,
	TRANSFER_DEADLINE,
} from '../../limits';
import { pause } from '../../flow/pause';
import { withRetries } from '../http/retries';

/** A status as fal sends it: the client's type leaves `error` out. */
export type Status = QueueStatus & { error?: string; error_type?: string };

export type { EditResult, FalImage } from './editResult';

/** Request ids are UUIDs; what would change the path of a URL is none. */
export const isRequestId = (id: unknown): id is string =>
	typeof id === 'string' && /^[\w-]{8,100}$/.test(id);

/** The addresses of a request, as fal gives them with a new one. */
export function addressesOf(
	requestId: string,
): Record<'response_url' | 'status_url' | 'cancel_url', string> {
	const app = ENDPOINT.split('/').slice(0, 2).join('/');
	const response_url = `https://queue.fal.run/${app}/requests/${requestId}`;
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
 * failed: what follows from it may be another paid order.
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
