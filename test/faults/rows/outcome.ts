import { tagged } from '../bench';
import { row, type Expected, type Row } from '../row';

const result = (fault: string, given: Partial<Parameters<typeof row>[0]> = {}): Row =>
	row({
		stage: 'result',
		fault,
		gives: 'images',
		...given,
		rules: given.rules ?? tagged(`result=${fault}`),
	});

/** As behind fal's own proxy. */
const BLIND = { proxyAllows: [] };

const overcome = (fault: string, calls: number) => result(fault, { calls });
const lasting = (fault: string, gives: RegExp, calls: number) => result(fault, { gives, calls });

/** The second run of the node takes up the finished request. */
const takenUp = (fault: string, gives: RegExp, calls: number, allCalls: number) =>
	result(fault, { gives, calls, again: { gives: 'images', calls: allCalls } });

/** How fal's own work ends: kept as the request's outcome. A refusal is believed at once, a failure the third time. */
const ends = (fault: string, gives: RegExp, again: Partial<Expected> = {}): Row =>
	result(fault, { rules: tagged(`model=${fault}`), gives, calls: 1, again });

/** A failure of fal's own costs nothing: a second run of the node orders anew. */
const MADE_ANEW = { gives: 'images', jobs: 2, calls: 4 } as const;
const FAILED_ANEW = { jobs: 2, calls: 6 };

const fails = (fault: string, gives: RegExp, again: Partial<Expected>): Row =>
	result(fault, { rules: tagged(`model=${fault}`), gives, calls: 3, again });

/** One answer that says fal failed, and the next has the images. */
const oddAnswer = (status: number, body: unknown): Row =>
	result(`${status} with a reason x1`, {
		rules: [{ stage: 'result', kind: 'status', status, body, times: 1 }],
		calls: 2,
	});

const images = (...urls: unknown[]) => ({ images: urls.map((url) => ({ url })), description: '' });

const address = (fault: string, url: unknown, gives: RegExp): Row =>
	result(fault, {
		rules: [{ stage: 'result', kind: 'status', status: 200, body: images(url) }],
		gives,
	});

export const resultRows: Row[] = [
	overcome('drop-before x2', 3),
	overcome('drop-after x2', 3),
	overcome('hang x1', 2),
	overcome('stall x1', 2),
	overcome('half-answer x2', 3),
	overcome('broken-json x1', 2),
	overcome('html x1', 2),
	overcome('empty x1', 2),
	overcome('null-body x1', 2),
	overcome('wrong-shape x1', 2),
	overcome('408 x1', 2),
	overcome('429 x2', 3),
	overcome('429-retry x1', 2),
	overcome('500 x2', 3),
	overcome('502-html x2', 3),
	overcome('503 x4', 5),
	overcome('504 x2', 3),
	overcome('late-result 3600000ms x2', 3),
	result('fewer-images', { ask: { parameters: { numImages: 2 } } }),
	result('null-sizes'),
	result('no-names'),
	result('odd-names'),
	takenUp('500 x6', /on fal's side/, 5, 7),
	takenUp('drop-before x6', /connection to fal broke while fetching/, 5, 7),
	takenUp('401 x1', /does not recognize the API key/, 1, 2),
	overcome('vanish x2', 3),
	// Dropped by the queue: the history has it, if it can be read.
	overcome('vanish', 3),
	result('vanish x3, history out of reach', {
		...{ rules: tagged('result=vanish x3'), settings: BLIND, calls: 3 },
		gives: /no longer keeps the result/,
		again: { gives: 'images', calls: 4 },
	}),
	oddAnswer(500, { detail: 'Internal error', error_type: 'internal_server_error' }),
	oddAnswer(504, { detail: 'Timed out', error_type: 'request_timeout' }),
	lasting('500', /on fal's side/, 5),
	takenUp('hang x3', /did not answer in time/, 3, 4),
	lasting('400', /does not accept/, 8),
	lasting('401', /does not recognize the API key/, 1),
	lasting('403', /refused this API key/, 1),
	overcome('410', 3),
	result('404, history out of reach', {
		...{ rules: tagged('result=404'), settings: BLIND, calls: 3 },
		gives: /no longer keeps the result/,
	}),
	result('404, history=403', {
		...{ rules: tagged('result=404; history=403-error'), calls: 3 },
		gives: /no longer keeps the result/,
	}),
	result('404, history=500 x2', { rules: tagged('result=404; history=500-error x2'), calls: 3 }),
	lasting('422-list', /does not accept/, 1),
	lasting('empty-images', /made no image/, 1),
	result('no-url', { gives: /unusable answer/ }),
	lasting('html', /filter answered in place of fal \(HTTP 200\) while fetching/, 5),
	lasting('403-html', /filter answered in place of fal \(HTTP 403\) while fetching/, 1),
	result('a proxy that answers 200 {detail}', {
		rules: [{ stage: 'result', kind: 'status', status: 200, body: { detail: 'Forbidden' } }],
		gives: /unusable answer/,
	}),
	result('odd-scheme', { gives: /downloading/ }),
	address(
		'an address on no host',
		'https://no-such-host.invalid/a.png',
		/not found while downloading/,
	),
	address('an address that is none', 'images/a.png', /downloading/),
	address('a script for an address', 'javascript:alert(1)', /downloading/),
	address('a number for an address', 7, /unusable answer/),
	address('a data URI that is no image', 'data:text/html;base64,PGI+', /downloading|fetching/),
	address(
		'a data URI that is cut short',
		'data:image/png;base64,iVBORw0KGgo',
		/downloading|fetching/,
	),
	ends('refusal-422', /could not make an image/),
	ends('422-policy', /content filter/),
	ends('no_media_generated', /made no image/),
	ends('downstream_service_error', /refused or failed/),
	ends('client_cancelled', /was cancelled at fal/),
	ends('bad_request', /does not accept/),
	fails('completed-error', /on fal's side/, FAILED_ANEW),
	fails('completed-error x1', /on fal's side/, MADE_ANEW),
	fails('internal_server_error x1', /on fal's side/, MADE_ANEW),
	fails('generation_timeout x1', /took too long/, MADE_ANEW),
	fails('runner_scheduling_failure x1', /no free machine/, MADE_ANEW),
	fails('runner_incomplete_response x1', /part of an answer/, MADE_ANEW),
	fails('request_timeout x1', /in time/, MADE_ANEW),
	fails('user_timeout x1', /within its start timeout/, MADE_ANEW),
];
