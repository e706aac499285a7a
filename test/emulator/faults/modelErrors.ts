import {
	DOWNLOAD_FAILED,
	LOAD_FAILED,
	errorDetail,
	platformFailure,
	refused,
	startTimeout,
	type Failure,
} from '../errors';

/** fal's model errors by name, and what it stores as the result. */
const modelErrors: Record<string, [status: number, msg: string, ctx?: Record<string, unknown>]> = {
	internal_server_error: [500, 'Internal server error'],
	generation_timeout: [504, 'Generation timeout'],
	downstream_service_error: [400, 'Downstream service error'],
	downstream_service_unavailable: [500, 'Downstream service unavailable'],
	content_policy_violation: [
		422,
		'The content could not be processed because it contained material flagged by a content checker.',
	],
	no_media_generated: [
		422,
		'The model did not generate the expected output for this prompt. It may contain unsafe content.',
	],
	image_too_small: [422, 'Image is too small', { min_height: 64, min_width: 64 }],
	image_too_large: [422, 'Image is too large', { max_height: 8192, max_width: 8192 }],
	image_load_error: [422, LOAD_FAILED],
	file_download_error: [422, DOWNLOAD_FAILED],
	face_detection_error: [422, 'No face detected'],
	file_too_large: [422, 'File is too large', { max_size: 7_340_032 }],
	greater_than: [422, 'Input should be greater than 0', { gt: 0 }],
	greater_than_equal: [422, 'Input should be greater than or equal to 1', { ge: 1 }],
	less_than: [422, 'Input should be less than 5', { lt: 5 }],
	less_than_equal: [422, 'Input should be less than or equal to 4', { le: 4 }],
	multiple_of: [422, 'Input should be a multiple of 2', { multiple_of: 2 }],
	sequence_too_short: [422, 'List is too short', { min_length: 1 }],
	sequence_too_long: [422, 'List is too long', { max_length: 14 }],
	one_of: [422, "Input should be one of: '1K', '2K', '4K'", { expected: ['1K', '2K', '4K'] }],
	feature_not_supported: [422, 'Feature not supported'],
	unsupported_image_format: [
		422,
		'Unsupported image format',
		{ supported_formats: ['png', 'jpeg', 'webp'] },
	],
};

/** The errors of fal's own machinery. */
const platformErrors: Record<string, [status: number, text: string]> = {
	request_timeout: [504, 'Request timed out'],
	startup_timeout: [504, 'Runner did not start in time'],
	runner_scheduling_failure: [503, 'No runner available'],
	runner_connection_timeout: [503, 'Connection to the runner timed out'],
	runner_disconnected: [503, 'Runner disconnected'],
	runner_connection_refused: [503, 'Runner refused the connection'],
	runner_connection_error: [503, 'Connection to the runner failed'],
	runner_incomplete_response: [502, 'Runner sent an incomplete response'],
	runner_server_error: [500, 'Runner answered with an error'],
	internal_error: [500, 'Internal error'],
	client_disconnected: [499, 'Client disconnected'],
	client_cancelled: [499, 'Request was cancelled'],
	bad_request: [400, 'Bad request'],
};

/** Short names for what tests ask for most. */
const aliases: Record<string, string> = {
	'422-policy': 'content_policy_violation',
	'completed-error': 'runner_server_error',
};

/** Gemini's refusal as seen live: no "body" in `loc`, and a type that says nothing of the cause. */
function geminiRefusal(): Failure {
	const msg =
		'Could not generate images with the given prompts and images. Please try again with different inputs.';
	const failure = refused([]);
	const entry = {
		loc: ['prompt'],
		msg,
		type: 'invalid_request',
		url: 'https://docs.fal.ai/errors/#invalid_request',
	};
	return { ...failure, body: { detail: [entry] } };
}

export function isModelFault(kind: string): boolean {
	const name = aliases[kind] ?? kind;
	return (
		name in modelErrors ||
		name in platformErrors ||
		name === 'refusal-422' ||
		name === 'user_timeout'
	);
}

export function modelFailure(kind: string): Failure {
	const name = aliases[kind] ?? kind;
	if (name === 'refusal-422') return geminiRefusal();
	if (name === 'user_timeout') return startTimeout();
	const platform = platformErrors[name];
	if (platform) return platformFailure(platform[0], name, platform[1]);
	const [status, msg, ctx] = modelErrors[name] ?? [500, 'Internal server error'];
	return refused([errorDetail(['prompt'], name, msg, ctx ? { ctx } : {})], status);
}
