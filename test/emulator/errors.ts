import type { Answer } from './http';
import { json } from './http';
import type { Headers } from './types';

/** One entry of a model error's `detail` list. */
export interface ErrorDetail {
	loc: Array<string | number>;
	msg: string;
	type: string;
	url: string;
	ctx?: Record<string, unknown>;
	input?: unknown;
}

/** fal's words for an image that it cannot read, and for an address that it cannot open. */
export const LOAD_FAILED =
	'Failed to load the image. Please ensure the image file is not corrupted and is in a supported format.';
export const DOWNLOAD_FAILED =
	'Failed to download the file. Please check if the URL is accessible and try again.';

export interface Failure {
	status: number;
	body: unknown;
	headers: Headers;
	/** What the status route shows beside COMPLETED; a model's refusal shows nothing there. */
	shown?: { error: string; error_type: string };
}

export function errorDetail(
	loc: Array<string | number>,
	type: string,
	msg: string,
	more: { ctx?: Record<string, unknown>; input?: unknown } = {},
): ErrorDetail {
	return { loc: ['body', ...loc], msg, type, url: `https://docs.fal.ai/errors/#${type}`, ...more };
}

/** Refused by the model's schema or by the model: nothing was made, nothing is billed. */
export function refused(details: ErrorDetail[], status = 422): Failure {
	return {
		status,
		body: { detail: details },
		headers: { 'x-fal-billable-units': '0', 'x-fal-retryable': 'false' },
	};
}

/** A failure of fal's own machinery, with a text for `detail`. */
export function platformFailure(status: number, type: string, text: string): Failure {
	return {
		status,
		body: { detail: text, error_type: type },
		headers: { 'x-fal-error-type': type },
		shown: { error: text, error_type: type },
	};
}

export function startTimeout(): Failure {
	const failure = platformFailure(504, 'request_timeout', 'Request timed out');
	return { ...failure, headers: { ...failure.headers, 'x-fal-request-timeout-type': 'user' } };
}

export function cancelled(): Failure {
	return platformFailure(499, 'client_cancelled', 'Request was cancelled');
}

export function failureAnswer(failure: Failure): Answer {
	return json(failure.status, failure.body, failure.headers);
}

/** Carries a failure out of the model's work. */
export class Refusal extends Error {
	constructor(readonly failure: Failure) {
		super('refused');
	}
}
