import type { ServerResponse } from 'node:http';

import type { Clock } from '../clock';
import { detail, json, send, type Answer } from '../http';
import type { FaultRule } from './rules';

/** Kinds that strike only after fal has done what the call asked for. */
const afterwards = [
	'drop-after',
	'half-answer',
	'stall',
	'broken-json',
	'html',
	'empty',
	'hang',
	'slow',
];

/** Answers a call with a fault on its connection. */
export async function answerWithFault(
	rule: FaultRule,
	handle: () => Promise<Answer>,
	response: ServerResponse,
	clock: Clock,
): Promise<void> {
	const taken = rule.taken ?? afterwards.includes(rule.kind);
	const answer = taken ? await handle() : detail(200, '');
	if (rule.kind.startsWith('drop-')) return void response.destroy();
	if (rule.kind === 'half-answer') return await sendPart(response, answer, 'then breaks');
	if (rule.kind === 'stall') return await sendPart(response, answer, 'then is silent');
	if (rule.kind === 'hang') await clock.sleep(rule.ms ?? Infinity);
	if (rule.kind === 'slow') await clock.wait(rule.ms ?? (rule.until ? 0 : 1000), rule.until);
	await send(response, taken ? reworked(rule, answer) : statusAnswer(rule));
}

function reworked(rule: FaultRule, answer: Answer): Answer {
	if (rule.kind === 'broken-json') {
		const text = answer.body.toString();
		return { ...answer, body: text.slice(0, Math.ceil(text.length / 2)) };
	}
	if (rule.kind === 'html') return html(200, 'Please sign in');
	if (rule.kind === 'empty') return { ...answer, body: '' };
	if (rule.kind === 'hang' || rule.kind === 'slow') return answer;
	const failed = statusAnswer(rule);
	const id = answer.headers['x-fal-request-id'];
	const named = id !== undefined && rule.kind.endsWith('-id');
	return named ? { ...failed, headers: { ...failed.headers, 'x-fal-request-id': id } } : failed;
}

/**
 * Promises the whole answer, sends half of it, and breaks the connection or never goes on. Of a stream
 * it sends the first event whole.
 */
async function sendPart(
	response: ServerResponse,
	{ status, headers, body, write }: Answer,
	end: 'then breaks' | 'then is silent',
): Promise<void> {
	const whole = Buffer.from(body);
	response.writeHead(status, write ? headers : { ...headers, 'content-length': whole.length });
	const part = write ? whole : whole.subarray(0, Math.floor(whole.length / 2));
	await new Promise<void>((resolve) => response.write(part, () => resolve()));
	if (end === 'then breaks') response.destroy();
}

/**
 * `500`, `500-html`, `500-list`, `500-error`, `500-empty`, `504-user`, `500-id` (names the request), `429-retry-40`
 * and `429-date-40` (when to come again, in s or as a date), or `status` with a body.
 */
function statusAnswer(rule: FaultRule): Answer {
	if (rule.kind === 'vanish') return json(404, { status: 'NOT_FOUND' });
	const status = rule.status ?? (Number.parseInt(rule.kind, 10) || 500);
	const answer = rule.body === undefined ? named(status, rule.kind) : given(status, rule.body);
	return { ...answer, headers: { ...answer.headers, ...rule.headers } };
}

function given(status: number, body: unknown): Answer {
	if (typeof body !== 'string') return json(status, body);
	return { status, headers: { 'content-type': 'text/plain' }, body };
}

function named(status: number, kind: string): Answer {
	const message = `HTTP ${status} from the emulator`;
	if (kind.endsWith('-html')) return html(status, message);
	if (kind.endsWith('-empty')) return { status, headers: {}, body: '' };
	if (kind.endsWith('-error')) return json(status, { error: { type: 'server_error', message } });
	if (kind.endsWith('-list')) {
		return json(status, {
			detail: [{ loc: ['body', 'prompt'], msg: message, type: 'value_error' }],
		});
	}
	const told = /-(retry|date)(?:-(\d+))?$/.exec(kind);
	if (told) return detail(status, message, { ...whenToCome(told), 'x-fal-needs-retry': '1' });
	if (kind.endsWith('-user'))
		return detail(status, message, { 'x-fal-request-timeout-type': 'user' });
	return detail(status, message);
}

/** Both forms of `Retry-After`; a date is by the clock of whoever writes it. */
function whenToCome([, form, seconds = '1']: RegExpExecArray): Record<string, string> {
	if (form === 'retry') return { 'retry-after': seconds };
	const now = Date.now();
	const then = new Date(now + Number(seconds) * 1_000);
	return { 'retry-after': then.toUTCString(), date: new Date(now).toUTCString() };
}

function html(status: number, title: string): Answer {
	const body = `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
	return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
