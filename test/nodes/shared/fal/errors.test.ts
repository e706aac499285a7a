import { describeFailure } from '../../../../nodes/shared/fal/errors';
import type { FailureFacts, Stage } from '../../../../nodes/shared/fal/failure';

const STAGES: Stage[] = ['initiate', 'upload', 'submit', 'status', 'result', 'cancel', 'download'];

/** What JavaScript makes of a value that nobody expected. */
const RAW = /undefined|\[object|NaN|null|TypeError/;

/** fal's documentation, model errors: the types, and the HTTP status that each comes with. */
const MODEL_TYPES: Array<[type: string, status: number]> = [
	['internal_server_error', 500],
	['generation_timeout', 504],
	['downstream_service_error', 400],
	['downstream_service_unavailable', 500],
	...[
		'content_policy_violation',
		'no_media_generated',
		'image_too_small',
		'image_too_large',
		'image_load_error',
		'file_download_error',
		'face_detection_error',
		'file_too_large',
		'greater_than',
		'greater_than_equal',
		'less_than',
		'less_than_equal',
		'multiple_of',
		'sequence_too_short',
		'sequence_too_long',
		'one_of',
		'feature_not_supported',
		'unsupported_image_format',
		'invalid_request',
		// pydantic's own, new and old
		'missing',
		'string_too_short',
		'literal_error',
		'list_type',
		'value_error',
		'value_error.missing',
		'something_fal_adds_next_year',
	].map((type): [string, number] => [type, 422]),
];

it.each(MODEL_TYPES)('a model error of type %s has words and a way out', (type, status) => {
	const body = { detail: [{ loc: ['body', 'prompt'], msg: 'What fal says of it', type, ctx: {} }] };
	const told = describeFailure({ stage: 'result', status, body, requestId: 'id-123' });
	expect(told.message).toMatch(/\w{3}.* \w{3}/);
	expect(told.message).not.toMatch(RAW);
	expect(told.message).not.toContain('What fal says');
	expect(told.description).toMatch(/^\S.{15,}prompt: What fal says of it.*id-123/s);
	expect(told.type).toBe(type);
});

/** fal's documentation, request errors. */
const REQUEST_TYPES: Array<[type: string, status: number]> = [
	['request_timeout', 504],
	['startup_timeout', 504],
	['runner_scheduling_failure', 503],
	['runner_connection_timeout', 503],
	['runner_disconnected', 503],
	['runner_connection_refused', 503],
	['runner_connection_error', 503],
	['runner_incomplete_response', 502],
	['runner_server_error', 500],
	['internal_error', 500],
	['client_disconnected', 499],
	['client_cancelled', 499],
	['bad_request', 400],
	['concurrent_requests_limit', 429],
];

describe.each(REQUEST_TYPES)('a request error of type %s', (error_type, status) => {
	it.each<[string, Partial<FailureFacts>]>([
		['in the body', { body: { detail: 'What fal says of it', error_type } }],
		[
			'in the header',
			{ headers: { 'x-fal-error-type': error_type }, body: { detail: 'What fal says of it' } },
		],
	])('%s has words and a way out', (_name, facts) => {
		const told = describeFailure({ stage: 'result', status, ...facts });
		expect(told.message).toMatch(/\w{3}.* \w{3}/);
		expect(told.message).not.toMatch(RAW);
		expect(told.description).toMatch(/^\S.{15,}What fal says of it/s);
		expect(told.type).toBe(error_type);
	});
});

it.each([
	400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 425, 429, 451, 499, 500, 502,
	503, 504, 520,
])('a bare HTTP %i has words and a way out at every step', (status) => {
	for (const stage of STAGES) {
		const told = describeFailure({ stage, status, body: '' });
		expect(told.message).toMatch(/\w{3}.* \w{3}/);
		expect(told.description).toMatch(/^\S.{15,}/s);
		expect(`${told.message} ${told.description}`).not.toMatch(RAW);
	}
});

it.each<[string, string, RegExp, RegExp]>([
	['401', 'No user found for Key ID and Secret', /API key/, /'API Key'.*No user found/],
	['401', 'invalid key credentials', /API key/, /'API Key'/],
	[
		'403',
		'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing',
		/cannot pay/,
		/billing/,
	],
	[
		'403',
		'User is locked. Reason: Please add a payment method at fal.ai/dashboard/billing',
		/cannot pay/,
		/billing/,
	],
	[
		'403',
		'User is locked. Reason: User budget is exceeded. Adjust it at fal.ai/dashboard/billing',
		/cannot pay/,
		/budget/,
	],
	[
		'403',
		'User is locked. Reason: Admin lock. Please contact hello@fal.ai.',
		/locked/,
		/hello@fal\.ai/,
	],
	[
		'403',
		'User is locked. Reason: This account has been archived. Please contact hello@fal.ai.',
		/locked/,
		/archived/,
	],
	['403', 'User is locked. Reason: Unknown. Please contact hello@fal.ai.', /locked/, /Unknown/],
	['403', 'User is locked. Reason: TOP_UP.', /cannot pay/, /billing.*TOP_UP/],
	['402', 'Payment required', /cannot pay/, /billing/],
	['400', 'Exhausted balance', /cannot pay/, /billing/],
	['403', 'Forbidden', /refused this API key/, /scope/],
	['429', 'Too many requests', /too many/, /'Items Per Batch'/],
	['422', 'Content-Type must be application/json', /does not accept/, /Content-Type/],
])('HTTP %s %s', (status, detail, message, description) => {
	const told = describeFailure({ stage: 'submit', status: Number(status), body: { detail } });
	expect(told.message).toMatch(message);
	expect(told.description).toMatch(description);
});

it.each([
	'ENOTFOUND',
	'EAI_AGAIN',
	'ECONNREFUSED',
	'ECONNRESET',
	'ETIMEDOUT',
	'TIMEOUT',
	'CERT_HAS_EXPIRED',
	'NO_ANSWER',
	'EWHATEVER',
])('no answer, %s: words and a way out at every step', (network) => {
	for (const stage of STAGES) {
		const told = describeFailure({ stage, network });
		expect(told.message).toMatch(/fal/);
		expect(told.description).toMatch(/internet|charge|clock/);
	}
});

describe('an order that fal may have taken', () => {
	it.each<[string, FailureFacts, boolean]>([
		['the connection broke', { network: 'ECONNRESET' }, true],
		['no answer in time', { network: 'TIMEOUT' }, true],
		['a failure of fal', { status: 500 }, true],
		['a failure of a gateway', { status: 502, body: '<html></html>' }, true],
		['an answer without an id', { unusable: 'the answer has no request id' }, true],
		['no connection', { network: 'ECONNREFUSED' }, false],
		['no such host', { network: 'ENOTFOUND' }, false],
		['fal is full', { status: 503 }, false],
		['too many requests', { status: 429 }, false],
		['a wrong value', { status: 422 }, false],
		['a wrong key', { status: 401 }, false],
	])('%s', (_name, facts, inDoubt) => {
		const { description } = describeFailure({ ...facts, stage: 'submit' });
		expect(/may have taken/.test(description)).toBe(inDoubt);
		expect(describeFailure({ ...facts, stage: 'result' }).description).not.toMatch(
			/may have taken/,
		);
	});
});
