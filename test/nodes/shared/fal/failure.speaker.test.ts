import { isInDoubt, type FailureFacts } from '../../../../nodes/shared/fal/failure';
import { isShutOut, speakerOf, type Speaker } from '../../../../nodes/shared/fal/speaker';

describe('who gave an answer', () => {
	const html = '<html><title>Blocked</title></html>';
	const json = { 'content-type': 'application/json; charset=utf-8' };
	const xml = '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>';

	it.each<[Speaker, string, FailureFacts]>([
		['fal', 'JSON', { status: 403, body: { detail: 'Forbidden' } }],
		['fal', 'a JSON text, by its label', { status: 401, body: 'Unauthorized', headers: json }],
		['fal', 'nothing, which names nobody', { status: 403, body: '' }],
		['fal', 'nothing but blanks', { status: 403, body: ' \n' }],
		['fal', 'nothing that was read', { status: 403 }],
		[
			'fal',
			"a page with fal's header",
			{ status: 502, body: html, headers: { 'x-fal-request-id': 'a' } },
		],
		['fal', 'XML of a file host', { status: 403, body: xml, stage: 'download' }],
		['fal', 'a text of a file host', { status: 403, body: 'Forbidden', stage: 'upload' }],
		['between', 'a page', { status: 403, body: html }],
		['between', 'a page with 200', { status: 200, body: html, unusable: 'a page' }],
		['between', "a page in a file's place", { status: 200, body: html, stage: 'download' }],
		['between', 'a text', { status: 503, body: 'upstream connect error' }],
		['between', 'XML of the API', { status: 403, body: xml, stage: 'submit' }],
		['between', 'a wish for a log-in', { status: 407 }],
		['between', "a network's wish for a log-in", { status: 511 }],
		['between', "a gateway's JSON", { status: 403, body: { error: 'blocked by policy' } }],
		['between', "a gateway's JSON with 200", { status: 200, body: { message: 'blocked' } }],
		['between', "JSON in a file's place", { status: 200, body: { error: 'a' }, stage: 'download' }],
		['between', 'a redirect of an upload', { status: 307, stage: 'upload' }],
		['fal', 'JSON of a failure within fal', { status: 500, body: { message: 'a' } }],
		['fal', 'JSON with a text of fal', { status: 400, body: { error: 'a', status: 'COMPLETED' } }],
		['fal', "JSON of fal's platform", { status: 403, body: { error: { message: 'a' } } }],
		['between', 'a redirect', { status: 302, headers: { location: 'https://login.example' } }],
		['between', 'the first of all redirects', { status: 300 }],
		['nobody', 'a broken connection', { network: 'ECONNRESET' }],
		['nobody', 'a part of an answer', { unusable: 'half' }],
	])('%s: %s', (speaker, _, facts) => {
		expect(speakerOf(facts)).toBe(speaker);
	});

	it.each<[boolean, FailureFacts]>([
		...[200, 302, 403, 407, 451, 511].map((status): [boolean, FailureFacts] => [
			true,
			{ status, body: html },
		]),
		...[408, 425, 429, 499, 500, 502, 503, 504].map((status): [boolean, FailureFacts] => [
			...([false, { status, body: html }] as const),
		]),
		[false, { status: 403, body: {} }],
		[false, { network: 'ECONNREFUSED' }],
	])('has shut the way: %s for %j', (isShut, facts) => {
		expect(isShutOut(facts)).toBe(isShut);
	});

	it.each<[doubt: boolean, status: number]>([
		[true, 200],
		[true, 302],
		[false, 401],
		[false, 403],
		[false, 407],
		[false, 429],
		[true, 408],
		[true, 500],
		[true, 502],
		[true, 503],
		[true, 504],
	])('leaves a submit in doubt: %s for a page with %d', (doubt, status) => {
		const facts: FailureFacts = { stage: 'submit', status, body: html };
		expect(isInDoubt({ ...facts, ...(status === 200 && { unusable: 'a page' }) })).toBe(doubt);
		expect(isInDoubt({ ...facts, shut: true })).toBe(false);
	});

	it('a locked account is no doubt, also where a proxy hides the status', () => {
		const body = { detail: 'User is locked. Reason: TOP_UP.' };
		expect(isInDoubt({ stage: 'submit', unusable: 'no id', body })).toBe(false);
	});
});
