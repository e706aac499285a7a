import type { FaultRule } from '../../emulator';
import { tagged } from '../bench';
import { row, type Row } from '../row';

/** Long enough for the stream to be there before the end. */
const WORKING = { settings: { latency: 400 } };

const stream = (fault: string, rules?: FaultRule[]): Row =>
	row({
		stage: 'stream',
		fault,
		rules: rules ?? tagged(`stream=${fault}`),
		...WORKING,
		gives: 'images',
		calls: { atLeast: 1 },
	});

const says = (text: string, times = 1): FaultRule[] => [
	{ stage: 'stream', kind: 'status', status: 200, body: text, times },
];

/** Without a stream the status is polled. */
const poll = (fault: string, least: number, given: Partial<Parameters<typeof row>[0]> = {}): Row =>
	row({
		stage: 'status',
		fault,
		rules: [...tagged('stream=404'), ...tagged(`status=${fault}`)],
		gives: 'images',
		calls: { atLeast: least },
		...given,
	});

const lasting = (fault: string, gives: RegExp, least = 1): Row => poll(fault, least, { gives });

export const waitRows: Row[] = [
	...[
		'drop-before x1',
		'drop-before',
		'drop-after x1',
		'hang x1',
		'stall x1',
		'half-answer x1',
		'empty x1',
		'html',
		'404',
		'408 x1',
		'429 x2',
		'500 x2',
		'502-html x1',
		'503',
		'504 x1',
		'401',
	].map((fault) => stream(fault)),
	stream('events that are not JSON', says('data: {"status": \n\ndata: ?\n\n', 2)),
	stream('an unknown state', says('data: {"status": "CANCELED"}\n\n', 2)),
	stream('null for a status', says('data: null\n\n', 2)),
	stream('COMPLETED too early', says('data: {"status": "COMPLETED"}\n\n')),
	poll('drop-before x2', 3),
	poll('drop-after x2', 3),
	poll('hang x1', 2),
	poll('stall x1', 2),
	poll('half-answer x2', 3),
	poll('broken-json x2', 3),
	poll('html x2', 3),
	poll('empty x1', 2),
	poll('null-body x1', 2),
	poll('wrong-shape x1', 2),
	poll('unknown-state x3', 4),
	poll('408 x1', 2),
	poll('429 x3', 4),
	poll('429-retry x2', 3),
	poll('500 x6', 7),
	poll('502-html x2', 3),
	poll('403-html x3', 4),
	poll('503 x2', 3),
	poll('504 x2', 3),
	poll('vanish x3', 4),
	poll('vanish', 4),
	poll('vanish, history out of reach', 4, {
		rules: [...tagged('stream=404'), ...tagged('status=vanish')],
		settings: { proxyAllows: [] },
		gives: /does not know this request/,
	}),
	lasting('400', /does not accept/),
	lasting('401', /does not recognize the API key/),
	lasting('403', /refused this API key/),
	lasting('403-html', /filter answered in place of fal \(HTTP 403\) while waiting/, 4),
	lasting('html', /filter answered in place of fal \(HTTP 200\) while waiting/, 4),
	lasting('422-list', /does not accept/),
	poll('401 x1', 1, { gives: /API key/, again: { gives: 'images', calls: { atLeast: 2 } } }),
	row({
		stage: 'status',
		fault: 'Get Status: 500 x2',
		rules: tagged('status=500 x2'),
		ask: { operation: 'getStatus' },
		gives: { json: { status: 'COMPLETED' } },
		calls: 3,
	}),
	row({
		stage: 'status',
		fault: 'Get Status: a request that vanished',
		rules: tagged('status=vanish'),
		ask: { operation: 'getStatus' },
		gives: /does not know this request/,
		calls: 1,
	}),
	row({
		stage: 'status',
		fault: 'Get Result: 503 x2',
		rules: tagged('stream=404; status=503 x2'),
		ask: { operation: 'getResult' },
		gives: 'images',
		calls: { atLeast: 3 },
	}),
];
