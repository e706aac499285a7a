import { brotliCompressSync } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Headers, Stage } from './types';

/** Empty where the route has no such part. */
export interface Params {
	endpoint: string;
	app: string;
	id: string;
	part: string;
	/** the path of a file of fal's */
	file: string;
}

/** A call as fal's host sees it: the proxy is already taken off. */
export interface Call {
	stage: Stage;
	method: string;
	target: URL;
	headers: Headers;
	/** Names cut out of the path by the route. */
	params: Params;
	body: Buffer;
	/** `Transfer-Encoding: chunked`, so no length was declared. */
	chunked: boolean;
	/** What the caller itself accepts, whatever stands between. */
	encodings: string;
}

export interface Answer {
	status: number;
	headers: Headers;
	body: Buffer | string;
	/** Writes the answer itself: event streams, broken downloads. */
	write?: (response: ServerResponse) => Promise<void>;
}

export function json(status: number, value: unknown, headers: Headers = {}): Answer {
	return {
		status,
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify(value),
	};
}

/** The Platform API packs its answers, and tells its time. */
export function packed({ target, encodings }: Call, answer: Answer): Answer {
	if (target.host !== 'api.fal.ai') return answer;
	const headers = { date: new Date(Date.now()).toUTCString(), ...answer.headers };
	if (!/\bbr\b/.test(encodings)) return { ...answer, headers };
	const body = brotliCompressSync(answer.body);
	return { ...answer, headers: { ...headers, 'content-encoding': 'br' }, body };
}

export function detail(status: number, text: string, headers: Headers = {}): Answer {
	return json(status, { detail: text }, headers);
}

export function flatHeaders(request: IncomingMessage): Headers {
	const flat: Headers = {};
	for (const [name, value] of Object.entries(request.headers)) {
		if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
	}
	return flat;
}

/** Reads the body; `atHalf` looks at the first half and says whether the connection breaks there. */
export async function readBody(
	request: IncomingMessage,
	atHalf: (received: Buffer) => boolean,
): Promise<Buffer | undefined> {
	const expected = Number(request.headers['content-length'] ?? 0);
	// Filled as it comes: a copy of every upload would take processor time from what is tested.
	let body = Buffer.allocUnsafe(expected);
	let size = 0;
	let asked = false;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		if (size + chunk.length > body.length) body = grown(body, size + chunk.length);
		size += chunk.copy(body, size);
		if (asked || size * 2 < expected) continue;
		asked = true;
		if (atHalf(body.subarray(0, size))) return undefined;
	}
	return body.subarray(0, size);
}

function grown(body: Buffer, least: number): Buffer {
	const larger = Buffer.allocUnsafe(Math.max(least, body.length * 2));
	body.copy(larger);
	return larger;
}

export async function send(response: ServerResponse, answer: Answer): Promise<void> {
	if (answer.write) return await answer.write(response);
	const length = String(Buffer.byteLength(answer.body));
	response.writeHead(answer.status, { 'content-length': length, ...answer.headers });
	await new Promise<void>((resolve) => response.end(answer.body, () => resolve()));
}

export function parseJson(body: Buffer): { value: unknown } | undefined {
	try {
		return { value: JSON.parse(body.toString('utf8')) };
	} catch {
		return undefined;
	}
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function without<T>(entries: Record<string, T>, name: string): Record<string, T> {
	return Object.fromEntries(Object.entries(entries).filter(([key]) => key !== name));
}
