import { isPage } from './page';

/** What is known of an answer; see FailureFacts. */
interface AnswerFacts {
	stage?: string;
	status?: number;
	headers?: Record<string, string>;
	body?: unknown;
}

/** Statuses by which a server or proxy says that it stopped waiting, not that it refuses. */
export const GAVE_UP_WAITING = [408, 425, 499];

/** Who gave an answer: fal, something on the way to it (a proxy, firewall, filter, gateway), or nobody. */
export type Speaker = 'fal' | 'between' | 'nobody';

/** Statuses by which something between asks for a log-in; it has passed nothing on. */
export const WANTS_LOGIN = [407, 511];

/** JSON with a text in a field of which fal makes no use, and without any of its own. */
function isForeignJson(body: unknown): boolean {
	const { error, message, ...others } = Object(body) as Record<string, unknown>;
	return (
		(typeof error === 'string' || typeof message === 'string') &&
		!['detail', 'status', 'error_type', 'request_id', 'images'].some((name) => name in others)
	);
}

/**
 * Who gave an answer. Pure, and the only place that decides it.
 *
 * fal's API speaks JSON, and marks its answers with headers of its own (`x-fal-…`); it never redirects, and
 * never asks for a log-in at a proxy. So whatever has no such header and is a redirect, a page or a plain text
 * comes from something between. An answer without a body names nobody and counts as fal's, and so does JSON,
 * since a Proxy URL passes fal's words on in it, unless it is of another form than all of fal's. fal's file
 * hosts write XML and plain text, too.
 */
export function speakerOf({ status, headers = {}, body, stage }: AnswerFacts): Speaker {
	if (status === undefined) return 'nobody';
	if (WANTS_LOGIN.includes(status)) return 'between';
	if (Object.keys(headers).some((name) => name.startsWith('x-fal-'))) return 'fal';
	if ((status >= 300 && status < 400) || (status < 500 && isForeignJson(body))) return 'between';
	if (stage === 'upload' || stage === 'download') return isPage(body) ? 'between' : 'fal';
	const isJson = typeof body !== 'string' || headers['content-type']?.includes('json');
	return isJson || body.trim() === '' ? 'fal' : 'between';
}

/**
 * Whether something between has refused to let a call through, so that asking again soon gives the same. A
 * gateway's 5xx is none: it may reach fal a moment later.
 */
export function isShutOut(answer: AnswerFacts): boolean {
	const { status = 0 } = answer;
	return (
		speakerOf(answer) === 'between' &&
		(status < 500 || WANTS_LOGIN.includes(status)) &&
		status !== 429 &&
		!GAVE_UP_WAITING.includes(status)
	);
}
