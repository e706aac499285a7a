/** What was being done when it failed, in fal's words. */
export type Stage =
	| 'initiate'
	| 'upload'
	| 'submit'
	| 'status'
	| 'result'
	| 'cancel'
	| 'download'
	| 'pricing'
	| 'history';

export interface FailureFacts {
	stage?: Stage;
	/** HTTP status, when there was an answer */
	status?: number;
	/** the answer's body: parsed JSON, or text */
	body?: unknown;
	/** response headers, lower-case names */
	headers?: Record<string, string>;
	/** Node's code of a network failure, or `TIMEOUT`, when there was no answer */
	network?: string;
	/** why an answer could not be used although its status was fine */
	unusable?: string;
	requestId?: string;
	/** trying again would give the same */
	lasting?: true;
}

/**
 * A call that did not give what it should. Holds facts only; falErrors.ts makes words of them.
 * It never holds the HTTP library's own error, whose request headers carry the key. It has no
 * `code` either, so that fal's client does not take it for a network failure and repeat the call.
 */
export class FalFailure extends Error {
	override readonly name = 'FalFailure';

	constructor(readonly facts: FailureFacts) {
		super(facts.unusable ?? facts.network ?? `HTTP ${facts.status}`);
	}

	/** The same failure with what the caller knows besides. */
	with(more: Partial<FailureFacts>): FalFailure {
		return new FalFailure({ ...this.facts, ...more });
	}
}

/** Our own code in a failure's `network`: n8n itself did not let the call out. */
export const BLOCKED_BY_N8N = 'BLOCKED_BY_N8N';

/** Codes of Node and OpenSSL, and ours, that mean: no connection was made, so nothing was sent. */
const NOT_CONNECTED =
	/^(BLOCKED_BY_N8N|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS_\w+|CERT_\w+|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/;

/** Whether fal cannot have taken a submit that failed so: no connection, 429 or 503; everything else may have been taken. */
export function cannotHaveBeenTaken({ network, status }: FailureFacts): boolean {
	return status === 429 || status === 503 || NOT_CONNECTED.test(network ?? '');
}

/** Statuses by which a server or proxy says that it stopped waiting, not that it refuses. */
const GAVE_UP_WAITING = [408, 425, 499];

/** Whether it is open if fal works on an order: it was sent, and no clear refusal came back. */
export function isInDoubt(facts: FailureFacts): boolean {
	if (facts.stage !== 'submit' || cannotHaveBeenTaken(facts)) return false;
	const { status = 0, unusable } = facts;
	const isRefusal = status >= 400 && status < 500 && !GAVE_UP_WAITING.includes(status);
	return !isRefusal || unusable !== undefined;
}

/** Whether fal keeps this failure as the request's outcome: asking again gives it again. */
export function isOutcome({ body, headers, status }: FailureFacts): boolean {
	const { detail, error_type } = (body ?? {}) as { detail?: unknown; error_type?: unknown };
	return (
		status === 422 || Array.isArray(detail) || Boolean(error_type ?? headers?.['x-fal-error-type'])
	);
}

/** Whether fal gave up on a request for a reason of its own, which it never charges (any 5xx). */
export const failedForFree = (error: unknown): boolean =>
	error instanceof FalFailure &&
	error.facts.stage === 'result' &&
	isOutcome(error.facts) &&
	(error.facts.status ?? 0) >= 500;

/** Whether the same read may well work a moment later. */
export function isPassing({ network, status, unusable, lasting }: FailureFacts): boolean {
	if (lasting || network === BLOCKED_BY_N8N) return false;
	if (unusable !== undefined || network !== undefined) return true;
	return status === 408 || status === 425 || status === 429 || (status ?? 0) >= 500;
}

/** Names the step, and the request, in what went wrong there. */
export function named(error: unknown, stage: Stage, requestId?: string): unknown {
	if (error instanceof FalFailure) return error.with({ stage, ...(requestId && { requestId }) });
	// The client parses an answer itself when its content type does not say JSON.
	if (error instanceof SyntaxError || error instanceof TypeError) {
		return new FalFailure({ stage, requestId, unusable: 'the answer could not be read' });
	}
	return error;
}

/**
 * Runs one step so that its failures carry the step's name, which may be known only then.
 *
 * @throws FalFailure of this stage, or whatever else the step throws
 */
export async function during<T>(
	stage: Stage | (() => Stage),
	run: () => Promise<T>,
	requestId?: string,
): Promise<T> {
	try {
		return await run();
	} catch (error) {
		throw named(error, typeof stage === 'string' ? stage : stage(), requestId);
	}
}
