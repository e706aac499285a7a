import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import type { Clock } from '../clock';
import { detail, without, type Answer, type Call } from '../http';
import type { FaultRule } from './rules';

type DownloadFault = (file: Answer, call: Call, rule: FaultRule, clock: Clock) => Answer;

export function answerWithDownloadFault(
	file: Answer,
	call: Call,
	rule: FaultRule,
	clock: Clock,
): Answer {
	return (faults[rule.kind] ?? ((answer) => answer))(file, call, rule, clock);
}

const faults: Record<string, DownloadFault> = {
	'cut-short': (file) => ({ ...file, write: (response) => cut(response, file, true) }),
	'cut-short-silent': (file) => ({ ...file, write: (response) => cut(response, file, false) }),
	expired: () => detail(404, 'Not Found'),
	gone: () => detail(410, 'Gone'),
	'no-content-type': (file) => ({ ...file, headers: without(file.headers, 'content-type') }),
	'wrong-content-type': (file) => ({
		...file,
		headers: { ...file.headers, 'content-type': 'application/octet-stream' },
	}),
	html: () => ({
		status: 200,
		headers: { 'content-type': 'text/html' },
		body: '<html><body>This file has moved</body></html>',
	}),
	redirect: (file, call) =>
		call.target.searchParams.has('redirected') ? file : redirect(otherHost(call.target)),
	'redirect-loop': (_file, call) => redirect(call.target),
	// Packed although nobody asked for it, as some proxies do; the length is that of the packed bytes.
	gzip: (file) => {
		const body = gzipSync(Buffer.from(file.body));
		const headers = { 'content-encoding': 'gzip', 'content-length': String(body.length) };
		return { ...file, headers: { ...file.headers, ...headers }, body };
	},
	huge: (file, _call, rule, clock) => ({
		...file,
		write: (response) => flood(response, file, rule.ms ?? 5000, clock),
	}),
};

/** With a promised length the receiver can notice; without one the end looks like any other. */
async function cut(response: ServerResponse, file: Answer, promised: boolean): Promise<void> {
	const bytes = Buffer.from(file.body);
	response.writeHead(
		file.status,
		promised ? file.headers : without(file.headers, 'content-length'),
	);
	const half = bytes.subarray(0, Math.floor(bytes.length / 2));
	if (!promised) return void response.end(half);
	await new Promise<void>((resolve) => response.write(half, () => resolve()));
	response.destroy();
}

/** This machine under its other name: another origin, as for a redirect to a CDN. */
function otherHost(target: URL): URL {
	const url = new URL(target);
	url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
	url.searchParams.set('redirected', '1');
	return url;
}

function redirect(to: URL): Answer {
	return { status: 302, headers: { location: to.href }, body: '' };
}

/** Bytes without end, to see whether the receiver stops by itself. */
async function flood(
	response: ServerResponse,
	file: Answer,
	ms: number,
	clock: Clock,
): Promise<void> {
	response.writeHead(file.status, without(file.headers, 'content-length'));
	const block = Buffer.alloc(1024 * 1024);
	const end = Date.now() + ms;
	response.write(file.body);
	while (Date.now() < end && !response.destroyed) {
		await new Promise<void>((resolve) => response.write(block, () => resolve()));
		await clock.sleep(1);
	}
	response.end();
}
