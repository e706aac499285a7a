import { BLOCKED_BY_N8N, type Stage } from './failure';

/** What happened, and what to do about it. */
export type Words = [what: string, advice: string];

export const TRY_LATER = 'Try again in a few minutes. fal does not charge for its own failures.';
export const CHECK_CONNECTION =
	"Check this machine's connection to the internet, and a proxy if it has one.";
const OTHER_INPUT = 'Change the prompt or the images and try again.';
const OTHER_FILE = 'Use a PNG, JPEG or WebP image that opens in an image viewer.';
export const CHECK_VALUE = 'Correct the parameter that fal names below.';

/** fal's types of failure (docs: model-apis/errors), what each means to a user, and the way out. */
export const TYPES: Record<string, Words> = {
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
	image_too_small: ['An image is too small for the model', 'Use a larger image.'],
	image_too_large: [
		'An image is too large for the model',
		'Make the image smaller before this node.',
	],
	file_too_large: [
		'An image file is too large for the model',
		'Make the file smaller before this node.',
	],
	image_load_error: [
		'fal could not read an image',
		`${OTHER_FILE} A URL must give the file itself, not a page that shows it.`,
	],
	unsupported_image_format: ['fal does not take an image of this format', OTHER_FILE],
	file_download_error: [
		'fal could not fetch an image from its URL',
		'Check that anyone can open the URL without a log-in, or pass the image as a file.',
	],
	face_detection_error: [
		'fal found no usable face in an image',
		'Use an image in which the face is clear.',
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
export const WRONG_VALUE =
	/^(missing|literal_error|enum|one_of|multiple_of|extra_forbidden|invalid_value|value_error|type_error|json_invalid|greater_than|less_than|too_short|too_long|sequence_too|string_too|\w+_type|\w+_parsing)/;

export const STATUSES: Record<number, Words> = {
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
export const NOT_FOUND: Partial<Record<Stage, Words>> = {
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

const NEEDS_PLATFORM =
	"A 'Proxy URL' has to let calls to api.fal.ai through, which fal's own proxy does not.";

/** What a 400 or 404 of the Platform API means: we ask it for nothing else. */
export const OUT_OF_REACH: Partial<Record<Stage, Words>> = {
	pricing: ["fal's price list is out of reach", NEEDS_PLATFORM],
	history: ["fal's request history is out of reach", NEEDS_PLATFORM],
};

/** Steps at which the key is never sent, so that a 401 or 403 says nothing of it. */
export const KEYLESS: Partial<Record<Stage, Words>> = {
	upload: ["fal's file storage refused the upload of an image", TRY_LATER],
	download: [
		"fal's file storage refused the download of an edited image",
		'Its time may be up. Get Result with the request ID tries the download again.',
	],
};

export const STAGES: Record<Stage, string> = {
	initiate: 'starting the upload of an image',
	upload: 'uploading an image',
	submit: 'ordering the edit',
	status: 'waiting for the edit',
	result: 'fetching the result',
	cancel: 'cancelling the edit',
	download: 'downloading an edited image',
	pricing: 'reading the price list',
	history: 'reading the request history',
};

/** What a failure without an answer means. */
export const NETWORK: Record<string, Words> = {
	TIMEOUT: ['fal did not answer in time', CHECK_CONNECTION],
	ENOTFOUND: ['The address of fal was not found', CHECK_CONNECTION],
	EAI_AGAIN: ['The address of fal was not found', CHECK_CONNECTION],
	ECONNREFUSED: ['The connection to fal was refused', CHECK_CONNECTION],
	[BLOCKED_BY_N8N]: [
		'n8n itself does not allow calls to this address',
		"It stands inside your network, which n8n protects (N8N_SSRF_PROTECTION_ENABLED). Who runs n8n can allow it with N8N_SSRF_ALLOWED_HOSTNAMES. See also 'Proxy URL' in the credential.",
	],
};
