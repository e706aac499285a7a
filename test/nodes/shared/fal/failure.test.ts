import {
	BLOCKED_BY_N8N,
	cannotHaveBeenTaken,
	during,
	failedForFree,
	FalFailure,
	isInDoubt,
	isOutcome,
	isPassing,
	keptOf,
	named,
	wasCancelled,
	type FailureFacts,
} from '../../../../nodes/shared/fal/failure';

const NOT_CONNECTED = [
	...[BLOCKED_BY_N8N, 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
	...['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
	...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
];

describe('an order that fal cannot have taken', () => {
	it.each<FailureFacts>([
		...NOT_CONNECTED.map((network) => ({ network })),
		...[407, 429, 503].map((status) => ({ status })),
		{ status: 502, shut: true },
	])('%j', (facts) => {
		expect(cannotHaveBeenTaken(facts)).toBe(true);
		expect(isInDoubt({ ...facts, stage: 'submit' })).toBe(false);
	});

	it.each<FailureFacts>([
		...['ECONNRESET', 'TIMEOUT', 'NO_ANSWER', 'EPIPE'].map((network) => ({ network })),
		...[
			'MY_ECONNREFUSED',
			'ECONNREFUSED_2',
			'MY_CERT_HAS_EXPIRED',
			'SELF_SIGNED_CERT_IN_CHAIN!',
		].map((network) => ({ network })),
		...[200, 307, 400, 401, 408, 422, 500, 502, 504].map((status) => ({ status })),
		{},
	])('is not one with %j', (facts) => {
		expect(cannotHaveBeenTaken(facts)).toBe(false);
	});
});

describe('an order that is in doubt', () => {
	it.each<FailureFacts>([
		...[{ network: 'ECONNRESET' }, { network: 'TIMEOUT' }, { unusable: 'half of it' }],
		...[307, 399, 408, 425, 499, 500, 502, 504].map((status) => ({ status })),
		{ status: 404, unusable: 'no id in it' },
	])('%j', (facts) => {
		expect(isInDoubt({ ...facts, stage: 'submit' })).toBe(true);
		expect(isInDoubt({ ...facts, stage: 'upload' })).toBe(false);
		expect(isInDoubt(facts)).toBe(false);
	});

	it.each([400, 401, 402, 403, 404, 409, 422, 451, 498])(
		'is not one that is refused: %d',
		(status) => {
			expect(isInDoubt({ stage: 'submit', status })).toBe(false);
		},
	);
});

describe("a request's own outcome", () => {
	it.each<FailureFacts>([
		{ status: 422 },
		{ status: 500, body: { detail: [{ msg: 'no' }] } },
		{ status: 500, body: { error_type: 'runner' } },
		{ status: 504, headers: { 'x-fal-error-type': 'timeout' } },
	])('%j', (facts) => {
		expect(isOutcome(facts)).toBe(true);
	});

	it.each<FailureFacts>([
		{ status: 500 },
		{ status: 500, body: { detail: 'a text' } },
		{ status: 500, body: 'a text' },
		{ status: 500, body: null },
		{ status: 404, headers: { 'x-fal-request-id': 'x' } },
		{ status: 500, body: { error_type: '' } },
		{ network: 'TIMEOUT' },
	])('is not %j', (facts) => {
		expect(isOutcome(facts)).toBe(false);
	});

	it.each<[FailureFacts, boolean]>([
		[{ stage: 'result', status: 500, body: { error_type: 'x' } }, true],
		[{ stage: 'result', status: 504, body: { error_type: 'x' } }, true],
		[{ stage: 'result', status: 499, body: { error_type: 'x' } }, false],
		[{ stage: 'result', status: 422 }, false],
		[{ stage: 'result', status: 500 }, false],
		[{ stage: 'result', body: { error_type: 'x' } }, false],
		[{ stage: 'status', status: 500, body: { error_type: 'x' } }, false],
	])('was for free: %j %s', (facts, expected) => {
		expect(failedForFree(new FalFailure(facts))).toBe(expected);
		expect(failedForFree(facts)).toBe(false);
	});
});

it.each<[boolean, unknown, object]>([
	[true, new FalFailure({ status: 499 }), {}],
	[true, new FalFailure({ status: 499, untold: true }), { sync_mode: true }],
	[true, new FalFailure({ status: 404 }), { sync_mode: false }],
	[false, new FalFailure({ status: 404, untold: true }), {}],
	[false, new FalFailure({ status: 404 }), { sync_mode: true }],
	[false, new FalFailure({ status: 422 }), {}],
	[false, { facts: { status: 499 } }, {}],
	[false, { facts: { status: 404 } }, {}],
])('no images since it was cancelled: %s for %j of %j', (expected, error, fields) => {
	expect(wasCancelled(error, fields)).toBe(expected);
});

it('what is kept of a failure is who spoke and what of, in few words', () => {
	const large = `<html><title>Bad Gateway</title><p>${'x'.repeat(5_000)}</p></html>`;
	const kept = keptOf({ stage: 'submit', status: 502, headers: { 'x-fal': 'a' }, body: large });
	expect(kept).toEqual({ stage: 'submit', status: 502, body: 'Bad Gateway' });
	expect(keptOf({ network: 'ECONNRESET' }).body).toBeUndefined();
});

describe('what may pass', () => {
	it.each<FailureFacts>([
		...[408, 425, 429, 500, 502, 503, 599].map((status) => ({ status })),
		...['ECONNRESET', 'TIMEOUT', 'ENOTFOUND'].map((network) => ({ network })),
		{ unusable: 'half' },
		{ unusable: '' },
		{ status: 200, unusable: 'half' },
	])('%j', (facts) => {
		expect(isPassing(facts)).toBe(true);
		expect(isPassing({ ...facts, lasting: true })).toBe(false);
	});

	it.each<FailureFacts>([
		...[200, 301, 400, 401, 404, 407, 409, 422, 424, 426, 428, 430, 499].map((status) => ({
			status,
		})),
		{ network: BLOCKED_BY_N8N },
		{ network: 'SELF_SIGNED_CERT_IN_CHAIN' },
		{ status: 200, unusable: 'a page', shut: true },
		{},
	])('is not %j', (facts) => {
		expect(isPassing(facts)).toBe(false);
	});
});

describe('a failure', () => {
	it.each<[FailureFacts, string]>([
		[{ status: 404 }, 'HTTP 404'],
		[{ network: 'ECONNRESET' }, 'ECONNRESET'],
		[{ unusable: 'half', network: 'ECONNRESET', status: 200 }, 'half'],
	])('says what it is: %j', (facts, message) => {
		expect(new FalFailure(facts)).toMatchObject({ name: 'FalFailure', message, facts });
	});

	it('is named by its step, and by its request where there is one', () => {
		const failure = new FalFailure({ status: 404, requestId: 'own' });
		const facts = (error: unknown) => (error as FalFailure).facts;
		expect(facts(named(failure, 'status'))).toEqual({
			status: 404,
			requestId: 'own',
			stage: 'status',
		});
		expect(facts(named(failure, 'result', 'other'))).toMatchObject({ requestId: 'other' });
	});

	it.each([
		['no JSON', new SyntaxError('<!DOCTYPE')],
		['not what the client knows', new TypeError('not an object')],
	])('is also an answer that is %s', (_, error) => {
		expect((named(error, 'submit', 'one') as FalFailure).facts).toEqual({
			...{ stage: 'submit', requestId: 'one', unusable: 'the answer could not be read' },
		});
	});

	it('of another kind stays what it is', async () => {
		const stopped = new Error('stopped');
		expect(named(stopped, 'submit')).toBe(stopped);
		const stops = async () => await Promise.reject(stopped);
		await expect(during('status', stops)).rejects.toBe(stopped);
	});

	it('has the step that was the last, where that is known only then', async () => {
		let stage: 'initiate' | 'upload' = 'initiate';
		const fails = async () => {
			stage = 'upload';
			throw new FalFailure({ status: 500 });
		};
		await expect(during(() => stage, fails, 'one')).rejects.toMatchObject({
			facts: { stage: 'upload', status: 500, requestId: 'one' },
		});
		expect(await during('status', async () => 7)).toBe(7);
	});
});
