import type { IExecuteFunctions, INode } from 'n8n-workflow';
import { webAddress } from './checks';
import type { FalConnection } from '../fal/http/client';
import { readApiKey } from './apiKey';
import { n8nFetch } from './fetch';
import type { HttpRequest } from './http';
import { n8nDownload, n8nStream } from './stream';
import type { OpenDownload } from '../images/transfer/download';

/** What reaches fal from an execution: the checked key, and n8n's own HTTP. */
export interface Connected {
	connection: FalConnection;
	openDownload: OpenDownload;
	/** takes the key out of a text */
	redact: (text: string) => string;
}

type WithHttp = { getNode(): INode; helpers: Pick<IExecuteFunctions['helpers'], 'httpRequest'> };

const httpOf = (ctx: WithHttp): HttpRequest => {
	const request: HttpRequest = async (options) => await ctx.helpers.httpRequest(options);
	return request;
};

/** fal's secrets have 32 characters; taking a short word for one would spoil innocent texts. */
const SHORTEST_SECRET = 8;

function redactor(key: string): (text: string) => string {
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

/**
 * Reads the credential and checks it before anything is sent.
 *
 * @throws InputError for a key or proxy address that cannot be right
 */
export async function connect(
	ctx: Pick<IExecuteFunctions, 'getCredentials'> & WithHttp,
): Promise<Connected> {
	const { apiKey, proxyUrl } = await ctx.getCredentials('falApi');
	const key = readApiKey(apiKey);
	const httpRequest = httpOf(ctx);
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
