import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { webAddress } from './checks';
import type { FalConnection } from '../fal/http/client';
import { n8nDownload, n8nFetch, n8nStream } from './fetch';
import type { HttpRequest } from './http';
import { InputError } from './inputError';
import type { OpenDownload } from '../fal/http/http';

type Redact = (text: string) => string;

/** What reaches fal from an execution: the checked key, and n8n's own HTTP. */
export interface Connected {
	connection: FalConnection;
	openDownload: OpenDownload;
	/** takes the key out of a text */
	redact: Redact;
}

/**
 * The API key as fal's Authorization header wants it, `<key id>:<secret>`.
 *
 * @param apiKey the credential's field, spaces around it allowed
 * @throws InputError in words that never repeat the key: a control character left in would make
 * the HTTP layer throw a message that holds the whole header
 */
export function readApiKey(apiKey: unknown): string {
	const key = typeof apiKey === 'string' ? apiKey.trim() : '';
	const howTo = 'Copy the whole key from fal.ai/dashboard/keys into the fal.ai API credential.';
	if (key === '') throw new InputError("The credential's 'API Key' is empty", howTo);
	if (!/^[\x21-\x7e]+$/.test(key)) {
		throw new InputError(
			"The credential's 'API Key' contains a line break, a space or another character that is not allowed in a key",
			howTo,
		);
	}
	if (!/^[^:]+:[^:]+$/.test(key)) {
		throw new InputError(
			"The credential's 'API Key' is incomplete: a fal key has two parts, separated by a colon",
			howTo,
		);
	}
	return key;
}

/** fal's secrets have 32 characters; taking a short word for one would spoil innocent texts. */
const SHORTEST_SECRET = 8;

function redactor(key: string): Redact {
	const half = key.split(':')[1] ?? '';
	const plain = half.length >= SHORTEST_SECRET ? [key, half] : [key];
	// In JSON the same characters may stand escaped, and some proxies repeat headers in base64.
	const secrets = plain.flatMap((secret) => [
		secret,
		JSON.stringify(secret).slice(1, -1),
		Buffer.from(secret).toString('base64').replace(/=+$/, ''),
	]);
	return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, '[API key]'), text);
}

/** Copies a value with every text redacted; an object that holds itself holds its copy then. */
function redactedCopy(
	value: unknown,
	redact: Redact,
	copies = new Map<unknown, unknown>(),
): unknown {
	if (typeof value === 'string') return redact(value);
	if (typeof value !== 'object' || value === null || value instanceof Date) return value;
	const known = copies.get(value);
	if (known) return known;
	const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
	copies.set(value, copy);
	for (const [name, one] of Object.entries(value))
		(copy as Record<string, unknown>)[redact(name)] = redactedCopy(one, redact, copies);
	return copy;
}

function mayHoldKey(json: unknown, redact: Redact): boolean {
	try {
		const text = JSON.stringify(json);
		return redact(text) !== text;
	} catch {
		// What cannot be written as text, such as a circle, is looked through piece by piece.
		return true;
	}
}

/** Some proxies repeat what they were sent, so that fal's words can hold the key. */
export const withoutKey = (item: INodeExecutionData, redact: Redact): INodeExecutionData =>
	mayHoldKey(item.json, redact)
		? { ...item, json: redactedCopy(item.json, redact) as INodeExecutionData['json'] }
		: item;

/**
 * Reads the credential and checks it before anything is sent.
 *
 * @throws InputError for a key or proxy address that cannot be right
 */
export async function connect(
	ctx: Pick<IExecuteFunctions, 'getCredentials' | 'getNode'> & {
		helpers: Pick<IExecuteFunctions['helpers'], 'httpRequest'>;
	},
): Promise<Connected> {
	const { apiKey, proxyUrl } = await ctx.getCredentials('falApi');
	const key = readApiKey(apiKey);
	const httpRequest: HttpRequest = async (options) => await ctx.helpers.httpRequest(options);
	const proxy = typeof proxyUrl === 'string' && proxyUrl.trim() !== '' ? proxyUrl : undefined;
	return {
		connection: {
			key,
			proxyUrl: proxy && webAddress(proxy, 'Proxy URL'),
			fetch: n8nFetch(httpRequest),
			openStream: n8nStream(httpRequest),
			refused: new Map(),
		},
		openDownload: n8nDownload(httpRequest),
		redact: redactor(key),
	};
}

/** Who it is that has no access to a part of fal. */
export const withoutAccess = (connection?: FalConnection): string =>
	connection?.proxyUrl ? "This credential (its 'Proxy URL' or its API key)" : 'This API key';
