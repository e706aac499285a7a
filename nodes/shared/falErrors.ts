import { isInDoubt, type FailureFacts, type Stage } from './falFailure';

/** A failure in words. */
export interface Description {
	/** what happened, without fal's own text: n8n rewrites messages that look like network errors */
	message: string;
	/** what to do, then fal's own words and the request id */
	description: string;
	/** fal's name for it, such as `content_policy_violation` */
	type?: string;
}

type Words = [what: string, advice: string];

const TRY_LATER = 'Try again in a few minutes. fal does not charge for its own failures.';
const OTHER_INPUT = 'Change the prompt or the images and try again.';
const OTHER_FILE = 'Use a PNG, JPEG or WebP picture that opens in an image viewer.';
const CHECK_VALUE = 'Correct the parameter that fal names below.';

/** fal's types of failure (docs: model-apis/errors), what each means to a user, and the way out. */
const TYPES: Record<string, Words> = {
	content_policy_violation: [
		"fal's content filter refused this edit",
		`${OTHER_INPUT} 'Safety Tolerance' under Options sets how strict the filter is.`,
	],
	no_media_generated: ['The model made no image', OTHER_INPUT],
	// One text serves for refusals, unreachable input addresses and passing moods of the model.
	invalid_request: [
		'The model could not make an image from this prompt and these images',
		`${OTHER_INPUT} If you use image URLs, check that anyone can open them without a log-in. Sometimes the same edit works on a second try.`,
	],
	image_too_small: ['An image is too small for the model', 'Use a larger picture.'],
	image_too_large: [
		'An image is too large for the model',
		'Make the picture smaller before this node.',
	],
	file_too_large: [
		'An image file is too large for the model',
		'Make the file smaller before this node.',
	],
	image_load_error: ['fal could not read an image', OTHER_FILE],
	unsupported_image_format: ['fal does not take an image of this format', OTHER_FILE],
	file_download_error: [
		'fal could not fetch an image from its URL',
		'Check that anyone can open the URL without a log-in, or pass the image as a file.',
	],
	face_detection_error: [
		'fal found no usable face in an image',
		'Use a picture in which the face is clear.',
	],
	feature_not_supported: ['fal does not support this combination of settings', CHECK_VALUE],
	internal_server_error: ['fal had an internal failure', TRY_LATER],
	internal_error: ['fal had an internal failure', TRY_LATER],
	generation_timeout: ['The model took too long', TRY_LATER],
	downstream_service_error: [
		'The model behind fal refused or failed',
		`${OTHER_INPUT} If it goes on, wait a few minutes.`,
	],
	downstream_service_unavailable: ['The model behind fal is not available', TRY_LATER],
	request_timeout: ['fal did not finish the edit in time', TRY_LATER],
	startup_timeout: ['fal could not start the edit in time', TRY_LATER],
	runner_scheduling_failure: ['fal found no machine for the edit', TRY_LATER],
	runner_connection_timeout: ['fal lost the machine that worked on the edit', TRY_LATER],
	runner_connection_refused: ['fal lost the machine that worked on the edit', TRY_LATER],
	runner_connection_error: ['fal lost the machine that worked on the edit', TRY_LATER],
	runner_disconnected: ['fal lost the machine that worked on the edit', TRY_LATER],
	runner_incomplete_response: ['fal gave only part of an answer', TRY_LATER],
	runner_server_error: ['fal had an internal failure', TRY_LATER],
	client_cancelled: ['The edit was cancelled at fal', 'Run the step again for a new edit.'],
	client_disconnected: ['fal dropped the edit', 'Run the step again for a new edit.'],
	bad_request: ['fal does not accept this request', CHECK_VALUE],
	concurrent_requests_limit: [
		'The fal account runs as many edits at once as it may',
		"Lower 'Items Per Batch' under Options > Batching, or wait.",
	],
};

/** Pydantic's names for a value of the wrong kind or range, old and new. */
const WRONG_VALUE =
	/^(missing|literal_error|enum|one_of|multiple_of|extra_forbidden|invalid_value|value_error|type_error|json_invalid|greater_than|less_than|too_short|too_long|sequence_too|string_too|\w+_type|\w+_parsing)/;

const STATUSES: Record<number, Words> = {
	400: ['fal does not accept this request', CHECK_VALUE],
	401: [
		'fal does not know the API key',
		"Copy the key again from fal.ai/dashboard/keys into the credential's 'API Key'.",
	],
	402: ['The fal account has no credit left', 'Add credit at fal.ai/dashboard/billing.'],
	403: [
		'fal refuses this API key',
		'See fal.ai/dashboard: the account may be locked, or the key may lack the scope "API".',
	],
	404: [
		'fal has nothing under this address',
		'Check the request ID. fal keeps a result for about an hour only, large ones for minutes.',
	],
	408: ['fal did not answer in time', TRY_LATER],
	413: [
		'The request is too large for fal',
		"Set 'Image Transfer' under Options to upload, or use smaller files.",
	],
	422: ['fal does not accept this request', CHECK_VALUE],
	429: [
		'fal receives too many requests from this account',
		"Lower 'Items Per Batch' under Options > Batching, or wait a minute.",
	],
	499: ['The edit was cancelled at fal', 'Run the step again for a new edit.'],
};

const UNKNOWN_REQUEST: Words = [
	'fal does not know this request',
	"Check 'Request ID', and that the credential is of the account that made the request.",
];

/** A 404 means another thing at each step. */
const NOT_FOUND: Partial<Record<Stage, Words>> = {
	status: UNKNOWN_REQUEST,
	cancel: UNKNOWN_REQUEST,
	result: [
		'fal no longer keeps the result of this edit',
		'fal keeps a result for about an hour, a large one for minutes. Look at fal.ai/dashboard/requests.',
	],
	download: [
		'The edited image is no longer at fal',
		"Its time is up. 'File Expiration' under Options sets how long fal keeps files.",
	],
};

const STAGES: Record<Stage, string> = {
	initiate: 'starting the upload of an image',
	upload: 'uploading an image',
	submit: 'ordering the edit',
	status: 'waiting for the edit',
	result: 'fetching the result',
	cancel: 'cancelling the edit',
	download: 'downloading an edited image',
};

interface Detail {
	type?: string;
	text: string;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `body` only says that it is about the request. */
const isPlace = (part: unknown) =>
	(typeof part === 'string' && part !== 'body') || typeof part === 'number';

/** One entry of a 422 list: `num_images: Input should be less than or equal to 4`. */
function readEntry(entry: unknown): Detail {
	if (typeof entry !== 'object' || entry === null) return { text: textOf(entry) };
	const { loc, msg, type } = entry as { loc?: unknown; msg?: unknown; type?: unknown };
	const place = (Array.isArray(loc) ? loc : []).filter(isPlace).join('.');
	return {
		type: textOf(type) || undefined,
		text: [place, textOf(msg)].filter(Boolean).join(': '),
	};
}

/** HTML pages of gateways say nothing to a user; a short plain text may. */
const readText = (body: string) => (/^\s*</.test(body) ? '' : body.trim().slice(0, 300));

/**
 * Reads any of fal's failure bodies: `{detail: [...]}`, `{detail: '…', error_type}`, `{error: {…}}`,
 * `{status: '…'}`, a webhook's payload, plain text, HTML, or nothing.
 */
export function readFailureBody(body: unknown): Detail {
	if (typeof body === 'string') return { text: readText(body) };
	if (typeof body !== 'object' || body === null) return { text: '' };
	const { detail, error, error_type, status, message } = body as Record<string, unknown>;
	if (Array.isArray(detail)) {
		const entries = detail.map(readEntry);
		return {
			type: entries[0]?.type,
			text: entries
				.map(({ text }) => text)
				.filter(Boolean)
				.join('; '),
		};
	}
	if (typeof detail === 'object' && detail !== null) return readEntry(detail);
	const inner = (typeof error === 'object' ? (error ?? {}) : { message: error }) as Record<
		string,
		unknown
	>;
	const text = [detail, inner.message, message, status].map(textOf).find(Boolean) ?? '';
	return { type: textOf(error_type) || textOf(inner.type) || undefined, text };
}

/** What is special about a locked account is only in fal's text. */
const isLocked = (text: string) => /user is locked/i.test(text);

function wordsFor({ status, headers, stage }: FailureFacts, { type, text }: Detail): Words {
	const named = type ?? headers?.['x-fal-error-type'];
	if (status === 403 && isLocked(text)) {
		return /balance|budget|payment/i.test(text)
			? [
					'The fal account cannot pay for this edit',
					'Add credit or raise the budget at fal.ai/dashboard/billing.',
				]
			: ['The fal account is locked', 'See fal.ai/dashboard for the reason.'];
	}
	const gone = stage && (status === 404 || status === 410) ? NOT_FOUND[stage] : undefined;
	if (gone) return gone;
	if (named && Object.hasOwn(TYPES, named)) return TYPES[named]!;
	if (named && WRONG_VALUE.test(named))
		return ['fal does not accept a value of this request', CHECK_VALUE];
	const known = STATUSES[status ?? 0];
	if (known) return known;
	if ((status ?? 0) >= 500) return ['fal has a failure of its own', TRY_LATER];
	return [`fal gave an answer that makes no sense here (HTTP ${status})`, TRY_LATER];
}

const NETWORK: Record<string, string> = {
	TIMEOUT: 'fal did not answer in time',
	ENOTFOUND: 'The address of fal was not found',
	EAI_AGAIN: 'The address of fal was not found',
	ECONNREFUSED: 'The connection to fal was refused',
};

function wordsForNoAnswer({ network, unusable, stage }: FailureFacts): Words {
	const where = STAGES[stage ?? 'status'];
	if (unusable) return [`fal gave no usable answer while ${where}`, TRY_LATER];
	const what = NETWORK[network ?? ''] ?? 'The connection to fal broke';
	return [
		`${what} while ${where}`,
		"Check this machine's connection to the internet, and a proxy if it has one.",
	];
}

/** A submit that may have been taken must not be ordered again in the dark. */
const MAYBE_TAKEN =
	'fal may have taken the edit and charge for it, so it was not sent again. Look at fal.ai/dashboard/requests before you repeat it.';

/**
 * Turns the facts of a failure into words for a person who has never seen an API. Pure; never throws.
 */
export function describeFailure(facts: FailureFacts): Description {
	const detail = readFailureBody(facts.body);
	const answered = facts.status !== undefined && facts.unusable === undefined;
	const [message, advice] = answered ? wordsFor(facts, detail) : wordsForNoAnswer(facts);
	const own = detail.text || facts.unusable || (answered ? '' : facts.network);
	return {
		message,
		description: [
			isInDoubt(facts) ? MAYBE_TAKEN : advice,
			own && `fal's words: ${own}`,
			facts.requestId && `Request ID: ${facts.requestId}`,
		]
			.filter(Boolean)
			.join(' '),
		type: detail.type ?? facts.headers?.['x-fal-error-type'],
	};
}
