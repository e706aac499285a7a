import { ACCOUNT_LOCKED, type Stage } from './failure';

/** What happened, and what to do about it. */
export type Words = [what: string, advice: string];

export const TRY_LATER =
	'Try again in a few minutes. fal does not charge for failures on its side.';
const OTHER_INPUT = 'Change the prompt or the images and try again.';
const RUN_AGAIN = 'Run the node again to start a new edit.';
const OTHER_FILE = 'Use a PNG, JPEG or WebP image that opens in an image viewer.';
export const CHECK_VALUE = 'Correct the parameter that fal names in its message.';
export const FAILED_AT_FAL = "Something went wrong on fal's side";
const LOST_MACHINE = 'fal lost contact with the machine that was working on the edit';

/** fal's types of failure (docs: model-apis/errors), what each means to a user, and the way out. */
export const TYPES: Record<string, Words> = {
	content_policy_violation: [
		"fal's content filter refused this edit",
		`${OTHER_INPUT} 'Safety Tolerance' under Options sets how strict the filter is.`,
	],
	no_media_generated: ['The model made no image', OTHER_INPUT],
	// fal has one text for refusals, for image URLs that it cannot open, and for edits that a second try makes.
	invalid_request: [
		'The model could not make an image from this prompt and these images',
		`${OTHER_INPUT} If you use image URLs, check that anyone can open them without a log-in. Sometimes the same edit works on a second try.`,
	],
	image_too_small: ['An image is too small for the model', 'Use a larger image.'],
	image_too_large: ['An image is too large for the model', 'Resize the image before this node.'],
	file_too_large: [
		'An image file is too large for the model',
		'Compress or resize the image before this node.',
	],
	image_load_error: [
		'fal could not read an image',
		`${OTHER_FILE} A URL must lead to the file itself, not to a page that shows it.`,
	],
	unsupported_image_format: ['fal does not support the format of one of the images', OTHER_FILE],
	file_download_error: [
		'fal could not fetch an image from its URL',
		'Check that anyone can open the URL without a log-in, or pass the image as a file.',
	],
	face_detection_error: [
		'fal found no clear face in an image',
		'Use an image that shows a face clearly.',
	],
	feature_not_supported: ['fal does not support this combination of settings', CHECK_VALUE],
	internal_server_error: [FAILED_AT_FAL, TRY_LATER],
	internal_error: [FAILED_AT_FAL, TRY_LATER],
	generation_timeout: ['The model took too long', TRY_LATER],
	downstream_service_error: [
		'The model refused or failed to make an image',
		`${OTHER_INPUT} If that does not help, try again in a few minutes.`,
	],
	downstream_service_unavailable: ['The model is not available at the moment', TRY_LATER],
	request_timeout: ['fal did not finish the edit in time', TRY_LATER],
	startup_timeout: ['fal could not start the edit in time', TRY_LATER],
	runner_scheduling_failure: ['fal had no free machine for the edit', TRY_LATER],
	runner_connection_timeout: [LOST_MACHINE, TRY_LATER],
	runner_connection_refused: [LOST_MACHINE, TRY_LATER],
	runner_connection_error: [LOST_MACHINE, TRY_LATER],
	runner_disconnected: [LOST_MACHINE, TRY_LATER],
	runner_incomplete_response: ["fal's machine sent only part of an answer", TRY_LATER],
	runner_server_error: [FAILED_AT_FAL, TRY_LATER],
	client_cancelled: ['The edit was cancelled at fal', RUN_AGAIN],
	client_disconnected: ['fal dropped the edit', RUN_AGAIN],
	bad_request: ['fal does not accept this request', CHECK_VALUE],
	concurrent_requests_limit: [
		'The fal account has reached its limit of edits at the same time',
		"Lower 'Items Per Batch' under Options > Batching, or try again later.",
	],
};

/** Pydantic's names for a value of the wrong kind or range, old and new. */
export const WRONG_VALUE =
	/^(missing|literal_error|enum|one_of|multiple_of|extra_forbidden|invalid_value|value_error|type_error|json_invalid|greater_than|less_than|too_short|too_long|sequence_too|string_too|\w+_type|\w+_parsing)/;

const CANNOT_PAY: Words = [
	'The fal account cannot pay for this edit',
	'Add credit, a payment method or a higher budget at fal.ai/dashboard/billing.',
];

const IS_ABOUT_MONEY = /balance|budget|payment|top.?up|credit|billing|invoice|funds/i;

/** What fal's text says of the account: that it cannot pay, or is locked for another reason. */
export function wordsForAccount(text: string): Words | undefined {
	if (!ACCOUNT_LOCKED.test(text)) return undefined;
	if (IS_ABOUT_MONEY.test(text)) return CANNOT_PAY;
	return ['The fal account is locked', 'Go to fal.ai/dashboard to see the reason.'];
}

export const TOO_LARGE = "Set 'Image Transfer' under Options to Upload, or use smaller files.";

export const STATUSES: Record<number, Words> = {
	400: ['fal does not accept this request', CHECK_VALUE],
	401: [
		'fal does not recognize the API key',
		"Copy the key again from fal.ai/dashboard/keys and paste it into 'API Key' of the credential.",
	],
	402: CANNOT_PAY,
	403: [
		'fal refused this API key',
		'The account may be locked, or the key may lack the scope "API". Check both at fal.ai/dashboard.',
	],
	404: [
		'fal found nothing at this address',
		'Check the request ID. fal keeps a result for about an hour, a large one for a few minutes.',
	],
	408: ['fal did not answer in time', TRY_LATER],
	413: ['The request is too large for fal', TOO_LARGE],
	422: ['fal does not accept this request', CHECK_VALUE],
	429: [
		'This account is sending fal too many requests',
		"Lower 'Items Per Batch' under Options > Batching, or wait a minute.",
	],
	499: ['The edit was cancelled at fal', RUN_AGAIN],
};

/** fal says so by a header only; its text is that of any time-out. */
export const NOT_BEGUN: Words = [
	'fal did not start the edit within its start timeout',
	"It was still waiting in fal's queue, which costs nothing. Run the node again, or raise 'Start Timeout (Seconds)' under Options.",
];

const UNKNOWN_REQUEST: Words = [
	'fal does not know this request',
	"Check 'Request ID', and that the credential belongs to the account that made the request.",
];

/** What a 404 means at each step. */
export const NOT_FOUND: Partial<Record<Stage, Words>> = {
	status: UNKNOWN_REQUEST,
	cancel: UNKNOWN_REQUEST,
	result: [
		'fal no longer keeps the result of this edit',
		'fal keeps a result for about an hour, and a large one for a few minutes. Look for it at fal.ai/dashboard/requests.',
	],
	download: [
		'The edited image is no longer at fal',
		"fal has deleted it. 'File Expiration' under Options sets how long fal keeps files.",
	],
};

const NEEDS_PLATFORM =
	"The 'Proxy URL' of the credential must allow calls to api.fal.ai, which fal's own proxy does not.";

/** What a 400 or 404 of the Platform API means: we ask it for nothing else. */
export const OUT_OF_REACH: Partial<Record<Stage, Words>> = {
	pricing: ["fal's price list cannot be reached", NEEDS_PLATFORM],
	history: ["fal's request history cannot be reached", NEEDS_PLATFORM],
};

/** Steps at which the key is never sent, so that a 401 or 403 says nothing of it. */
export const KEYLESS: Partial<Record<Stage, Words>> = {
	upload: ["fal's file storage refused the upload of an image", TRY_LATER],
	download: [
		"fal's file storage refused the download of an edited image",
		'fal may have deleted it. To try the download again, use Get Result with the request ID.',
	],
};

export const STAGES: Record<Stage, string> = {
	initiate: 'starting the upload of an image',
	upload: 'uploading an image',
	submit: 'submitting the edit',
	status: 'waiting for the edit',
	result: 'fetching the result',
	cancel: 'cancelling the edit',
	download: 'downloading an edited image',
	pricing: 'reading the price list',
	history: 'reading the request history',
};
