import { tagged } from '../bench';
import { row, type Row } from '../row';

/** Both steps of an upload cost nothing, so a passing fault is overcome. */
const overcome = (stage: 'initiate' | 'upload', fault: string, calls: number): Row =>
	row({ stage, fault, rules: tagged(`${stage}=${fault}`), gives: 'images', calls });

/** Nothing is ordered. */
const lasting = (stage: 'initiate' | 'upload', fault: string, gives: RegExp, calls: number): Row =>
	row({ stage, fault, rules: tagged(`${stage}=${fault}`), gives, jobs: 0, calls });

const PASSING: Array<[fault: string, calls: number]> = [
	['drop-before x2', 3],
	['drop-during x1', 2],
	['drop-after x1', 2],
	['hang x1', 2],
	['408 x1', 2],
	['429 x2', 3],
	['429-retry x1', 2],
	['500 x2', 3],
	['502-html x1', 2],
	['503 x4', 5],
	['504 x1', 2],
];

/** Of an upload only the status counts; the start of one has an answer to be read. */
const UNREADABLE: Array<[fault: string, calls: number]> = [
	['half-answer x1', 2],
	['stall x1', 2],
	['broken-json x1', 2],
	['html x1', 2],
	['empty x1', 2],
	['wrong-shape x1', 2],
	['null-body x1', 2],
];

const LASTING: Array<[fault: string, gives: RegExp, calls: number]> = [
	['400', /does not accept/, 1],
	['404', /nothing at this address/, 1],
	['422-list', /does not accept/, 1],
	['429', /too many requests/, 5],
	['500', /on fal's side/, 5],
	['503-html', /gateway answered in place of fal/, 5],
	['drop-before', /connection to fal broke while/, 5],
];

export const uploadRows: Row[] = [
	...PASSING.map(([fault, calls]) => overcome('initiate', fault, calls)),
	...UNREADABLE.map(([fault, calls]) => overcome('initiate', fault, calls)),
	...LASTING.map(([fault, gives, calls]) => lasting('initiate', fault, gives, calls)),
	lasting('initiate', '401', /does not recognize the API key/, 1),
	lasting('initiate', '403', /refused this API key/, 1),
	lasting('initiate', 'html', /filter answered in place of fal \(HTTP 200\)/, 5),
	lasting('initiate', '403-html', /filter answered in place of fal \(HTTP 403\)/, 1),
	lasting('initiate', '407-html', /proxy between n8n and fal requires a log-in/, 1),
	lasting('upload', 'html', /filter answered in place of fal \(HTTP 200\)/, 5),
	lasting('upload', '403-html', /filter answered in place of fal \(HTTP 403\)/, 1),
	row({
		stage: 'initiate',
		fault: 'a proxy that answers 200 {detail}',
		rules: [{ stage: 'initiate', kind: 'status', status: 200, body: { detail: 'Forbidden' } }],
		gives: /unusable answer/,
		jobs: 0,
		calls: 5,
	}),
	row({
		stage: 'initiate',
		fault: 'a redirect, which is not followed with the key',
		rules: [
			{
				stage: 'initiate',
				kind: 'status',
				status: 307,
				headers: { location: 'http://127.0.0.1:9/' },
			},
		],
		gives: /redirected the call to http:\/\/127\.0\.0\.1:9\//,
		jobs: 0,
		calls: 1,
	}),
	row({
		stage: 'initiate',
		fault: 'an upload address that is none',
		rules: [
			{
				stage: 'initiate',
				kind: 'status',
				status: 200,
				body: {
					upload_url: 'file:///etc/hostname',
					file_url: 'https://v3b.fal.media/files/b/0/a.png',
				},
			},
		],
		gives: /uploading|upload/,
		jobs: 0,
	}),
	...PASSING.map(([fault, calls]) => overcome('upload', fault, calls)),
	...LASTING.map(([fault, gives, calls]) => lasting('upload', fault, gives, calls)),
	row({
		stage: 'upload',
		fault: '403 of the file store, which knows no key',
		rules: [{ stage: 'upload', kind: 'status', status: 403, body: '<Error>ExpiredToken</Error>' }],
		gives: /^(?!.*API key).*upload/s,
		jobs: 0,
	}),
];
