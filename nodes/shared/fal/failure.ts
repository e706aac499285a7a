import { firstWords } from './page';
import { GAVE_UP_WAITING, speakerOf, WANTS_LOGIN } from './speaker';

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
	/** the proxy at which a connection ended, `host:port` or its name alone */
	proxy?: string;
	/** the host that a call was sent on to, and that could not be reached */
	redirectedTo?: string;
	/** a call that submits nothing got the same answer: the way to fal is shut */
	shut?: true;
	requestId?: string;
	/** trying again would give the same */
	lasting?: true;
	/** fal's history, which may have what its queue has not, could not be read */
	untold?: true;
}

/**
 * A call that did not give what it should. Holds facts only; errors.ts makes words of them.
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

/** Codes of Node and OpenSSL for a certificate that does not hold. */
const CERTIFICATE =
	/^(ERR_TLS_\w+|CERT_\w+|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/;

/** Whether the other end has shown a certificate that Node does not believe. */
export const isCertificate = (network = ''): boolean => CERTIFICATE.test(network);

/** Codes of Node, and ours, that mean: no connection was made, so nothing was sent. */
const NOT_CONNECTED =
	/^(BLOCKED_BY_N8N|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/**
 * Whether fal cannot have taken a submit that failed so. That is certain where
 * - no connection was made;
 * - fal says 429 or 503;
 * - a proxy or network wants a log-in (407, 511): it has passed nothing on;
 * - something between limits how often it is called (429): it does so before it passes a call on;
 * - something between gives the same page to a call that submits nothing: it answers in fal's place, and passes
 *   nothing on.
 * Everything else may have been taken: a gateway says 502, 503 or 504 also when it has lost fal's answer.
 */
export function cannotHaveBeenTaken(facts: FailureFacts): boolean {
	const { network = '', status, shut } = facts;
	if (shut || status === 429 || WANTS_LOGIN.includes(status ?? 0)) return true;
	if (status === 503) return speakerOf(facts) === 'fal';
	return NOT_CONNECTED.test(network) || isCertificate(network);
}

/** fal's words for an account that it has locked. Some proxies give them with the status 200. */
export const ACCOUNT_LOCKED = /(user|account) is locked|exhausted balance/i;

const saysLocked = (body: unknown) =>
	ACCOUNT_LOCKED.test(String((Object(body) as { detail?: unknown }).detail));

/**
 * Whether it is open if fal works on a submit: it was sent, and no clear refusal came back. A status from 400
 * to 499 is one, whoever gives it: who has passed a call on passes its answer on too. A page with 200, or a
 * redirect, is none.
 */
export function isInDoubt(facts: FailureFacts): boolean {
	if (facts.stage !== 'submit' || cannotHaveBeenTaken(facts)) return false;
	const { status = 0, unusable, body } = facts;
	if (saysLocked(body)) return false;
	const isRefusal = status >= 400 && status < 500 && !GAVE_UP_WAITING.includes(status);
	return !isRefusal || unusable !== undefined;
}

/** What is kept of a failure for a later try: who spoke and what of, without a body that may be large. */
export function keptOf({ stage, status, network, unusable, body }: FailureFacts): FailureFacts {
	return { stage, status, network, unusable, body: firstWords(body) || undefined };
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

/** Whether a request has no images since it was cancelled: what fal may only have forgotten was perhaps paid. */
export function wasCancelled(error: unknown, { sync_mode }: { sync_mode?: unknown }): boolean {
	if (!(error instanceof FalFailure)) return false;
	const { status, untold } = error.facts;
	// With `sync_mode` fal's history has no images.
	return status === 499 || (status === 404 && !untold && sync_mode !== true);
}

/** Whether the same call may well work a moment later. */
export function isPassing({ network, status, unusable, lasting, shut }: FailureFacts): boolean {
	if (lasting || shut || network === BLOCKED_BY_N8N || isCertificate(network)) return false;
	if (WANTS_LOGIN.includes(status ?? 0)) return false;
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
