import type { IDataObject } from 'n8n-workflow';
import type { FaultRule, Settings } from '../../emulator';
import { NEVER, tagged } from '../bench';
import { row, type Row } from '../row';

const submit = (fault: string, given: Partial<Parameters<typeof row>[0]>): Row =>
	row({
		stage: 'submit',
		fault,
		gives: 'images',
		...given,
		rules: given.rules ?? tagged(`submit=${fault}`),
	});

const ONE_MINUTE = { options: { timeout: 60 } };

/** Sent once, and nowhere in the history: fal may have taken it. Also in the second run of the node. */
const unsure = (fault: string, jobs: number, given: Partial<Parameters<typeof row>[0]> = {}): Row =>
	submit(fault, {
		ask: ONE_MINUTE,
		gives: /may have taken/,
		jobs,
		calls: 1,
		again: { calls: 1 },
		inDoubt: true,
		...given,
	});

/** When the history has an order, in ms after fal took it; and a key or proxy that may not read it. */
const LISTED: Array<[string, Partial<Settings>]> = [
	['at once', {}],
	['after 1 s', { historyDelay: 1_000 }],
	['after 5 s', { historyDelay: 5_000 }],
	['after 20 s', { historyDelay: 20_000 }],
	['never', { historyDelay: NEVER }],
	['out of reach', { proxyAllows: [] }],
];

const isFound = ({ historyDelay = 0, proxyAllows }: Partial<Settings>) =>
	historyDelay !== NEVER && proxyAllows === undefined;

/** Taken, but its answer was lost: sent once, and found again as soon as the history has it. */
const lost = (fault: string): Row[] =>
	LISTED.map(([when, settings]) => {
		const rules = tagged(`submit=${fault}`);
		const name = `${fault}, listed ${when}`;
		if (!isFound(settings)) return unsure(name, 1, { settings, rules });
		return submit(name, { settings, rules, ask: ONE_MINUTE, calls: 1 });
	});

/** A clear refusal: nothing was taken, and the same would be refused again. */
const refused = (fault: string, gives: RegExp, calls = 1): Row =>
	submit(fault, { gives, jobs: 0, calls });

const answer = (status: number, body: unknown, headers?: Record<string, string>): FaultRule[] => [
	{ stage: 'submit', kind: 'status', status, body, headers },
];

/** Of the submit, and of the call that follows it and orders nothing. */
const everyCall = (status: number, body: string, headers?: Record<string, string>): FaultRule[] =>
	(['submit', 'status'] as const).map((stage) => ({
		...{ stage, kind: 'status', status, body, headers },
	}));

const OTHER = 'http://127.0.0.1:9/other';
const SUBMIT_ONLY: IDataObject = { webhookUrl: 'https://example.com/hook' };

export const submitRows: Row[] = [
	unsure('drop-before', 0),
	unsure('drop-during', 0),
	...lost('drop-after'),
	...lost('hang'),
	unsure('hang untaken', 0),
	...lost('half-answer'),
	...lost('stall'),
	...lost('html'),
	...lost('no-request-id'),
	unsure('408', 0),
	...lost('408 taken'),
	unsure('500', 0),
	...lost('500 taken'),
	unsure('502-html', 0),
	...lost('502-html taken'),
	// A gateway says 503 also where it has lost the answer.
	unsure('503-html', 0),
	...lost('503-html taken'),
	unsure('504', 0),
	...lost('504 taken'),
	unsure('a request id that is none', 0, {
		rules: answer(200, { request_id: '../../other' }),
	}),
	unsure('a proxy that answers 200 {detail}', 0, {
		rules: answer(200, { detail: 'Forbidden' }),
	}),
	submit('a proxy that answers 200 {detail: locked}', {
		...{ rules: answer(200, { detail: 'User is locked. Reason: TOP_UP.' }), jobs: 0, calls: 1 },
		gives: /cannot pay for this edit.*TOP_UP/s,
	}),
	// A failure that names the request: fal has it.
	submit('500-id taken', { calls: 1 }),
	submit('408-id taken', { calls: 1 }),
	submit('504-html-id taken', { calls: 1 }),
	submit('307-id taken', { calls: 1 }),
	// Said not to be taken, and it was: its status tells.
	submit('503-id taken', { calls: 1 }),
	submit('429-id taken', { calls: 1 }),
	submit('503 x1 with an id that nobody knows', {
		rules: [
			{
				...{ stage: 'submit', kind: 'status', status: 503, body: {}, times: 1 },
				headers: { 'x-fal-request-id': '00000000-0000-4000-8000-000000000000' },
			},
		],
		calls: 2,
	}),
	// The answer's header names the request even where its body does not.
	submit('broken-json', { calls: 1 }),
	submit('empty', { calls: 1 }),
	submit('null-body', { calls: 1 }),
	submit('wrong-shape', { calls: 1 }),
	submit('slow 20000ms', { calls: 1 }),
	submit('429 x2', { calls: 3 }),
	submit('429-retry x1', { calls: 2 }),
	submit('503 x3', { calls: 4 }),
	submit('429-html x1', { calls: 2 }),
	submit('429-retry-40 x1', { calls: 2 }),
	submit('429-date-40 x1', { calls: 2 }),
	submit('503-retry-40 x9', { calls: 10 }),
	submit('429 x6', { gives: /too many requests/, jobs: 0, calls: 5, again: LATER(7) }),
	submit('503 x6', { gives: /on fal's side/, jobs: 0, calls: 5, again: LATER(7) }),
	submit('401 x1', { gives: /does not recognize the API key/, jobs: 0, calls: 1, again: LATER(2) }),
	refused('400', /does not accept/),
	refused('401', /does not recognize the API key/),
	refused('403', /refused this API key/),
	refused('404', /nothing at this address/),
	refused('413-html', /too large/),
	refused('403-html', /filter answered in place of fal \(HTTP 403\) while submitting/),
	refused('407-html', /proxy between n8n and fal requires a log-in/),
	refused('422-list', /does not accept/),
	refused('429', /too many requests/, 5),
	refused('503', /on fal's side/, 5),
	unsure('a redirect, which is not followed with the key', 0, {
		rules: answer(307, '', { location: OTHER }),
	}),
	submit('a filter that answers every call with its page', {
		rules: everyCall(200, '<html><title>Acme: blocked</title></html>'),
		...{ jobs: 0, calls: 1 },
		gives: /filter answered in place of fal \(HTTP 200\) while submitting.*"Acme: blocked"/s,
	}),
	submit('a portal that redirects every call to its log-in', {
		rules: everyCall(302, '', { location: 'https://login.acme.example/?back=1' }),
		...{ jobs: 0, calls: 1 },
		gives: /redirected the call to https:\/\/login\.acme\.example\/ while submitting/,
	}),
	submit('Submit Edit: drop-after', {
		rules: tagged('submit=drop-after'),
		ask: { operation: 'submit', parameters: SUBMIT_ONLY },
		gives: { json: { status: 'IN_QUEUE' } },
		calls: 1,
	}),
	unsure('Submit Edit: drop-after, out of reach', 1, {
		rules: tagged('submit=drop-after'),
		settings: { proxyAllows: [] },
		ask: { operation: 'submit', parameters: SUBMIT_ONLY },
	}),
	unsure('drop-after with Sync Mode, which the history leaves out', 1, {
		rules: tagged('submit=drop-after'),
		settings: { historyDelay: NEVER },
		ask: { options: { syncMode: true } },
	}),
	submit('Submit Edit: 503 x1', {
		rules: tagged('submit=503 x1'),
		ask: { operation: 'submit' },
		gives: { json: { status: 'IN_QUEUE' } },
		calls: 2,
	}),
];

/** What the second run of the node makes good. */
function LATER(calls: number) {
	return { gives: 'images', jobs: 1, calls } as const;
}
