import { detail, flatHeaders, json, type Answer } from './http';
import type { Settings } from './options';
import { apiHosts, ownHost } from './router';
import type { Headers } from './types';
import type { IncomingMessage } from 'node:http';

/** Where a call goes at fal, and with which headers. */
export interface Destination {
	host: string;
	target: URL;
	headers: Headers;
	viaProxy: boolean;
	/** The call ends here. */
	refusal?: Answer;
}

/** Takes off what stands between the caller and fal: the proxy, or the host name in the path. */
export function destinationOf(
	request: IncomingMessage,
	base: string,
	settings: Settings,
): Destination {
	const headers = flatHeaders(request);
	// The host the caller used: a redirect to this machine's other name must stay visible.
	const scheme = 'encrypted' in request.socket ? 'https' : 'http';
	const url = new URL(request.url ?? '/', headers.host ? `${scheme}://${headers.host}` : base);
	// Called by name, as everybody does who calls fal itself.
	if (apiHosts.includes(url.host)) return { host: url.host, target: url, headers, viaProxy: false };
	if (/^\/proxy(\/|$)/.test(url.pathname)) return throughProxy(headers, url, settings);
	const [, host = '', rest = '/'] = /^\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
	if (!apiHosts.includes(host)) return { host: ownHost, target: url, headers, viaProxy: false };
	const target = new URL(`https://${host}${rest}${url.search}`);
	return { host, target, headers, viaProxy: false };
}

/** As `@fal-ai/server-proxy` 1.2.1 does it. */
function throughProxy(headers: Headers, url: URL, settings: Settings): Destination {
	const wanted = headers['x-fal-target-url'] ?? '';
	if (!URL.canParse(wanted)) return refused(url, headers, json(400, 'Invalid request'));
	const target = new URL(wanted);
	if (!isAllowed(target, settings.proxyAllows))
		return refused(target, headers, json(400, 'Invalid request'));
	const added = settings.proxyKey === undefined ? undefined : `Key ${settings.proxyKey}`;
	const authorization = headers.authorization ?? added;
	if (authorization === undefined) return refused(target, headers, json(401, 'Unauthorized'));
	if (!apiHosts.includes(target.host)) return refused(target, headers, detail(502, 'Bad Gateway'));
	const passed = Object.entries(headers).filter(([name]) => name.startsWith('x-fal-'));
	return {
		host: target.host,
		target,
		viaProxy: true,
		headers: {
			...Object.fromEntries(passed),
			authorization,
			accept: 'application/json',
			'content-type': 'application/json',
			'x-fal-client-proxy': '@fal-ai/server-proxy/emulator',
		},
	};
}

function refused(target: URL, headers: Headers, refusal: Answer): Destination {
	return { host: target.host, target, headers, viaProxy: true, refusal };
}

function isAllowed(target: URL, extra: string[]): boolean {
	const text = `${target.host}${target.pathname}${target.search}`;
	const exact = ['initiate', 'complete-multipart'].map(
		(name) => `rest.fal.ai/storage/upload/${name}?storage_type=fal-cdn-v3`,
	);
	return (
		text.startsWith('fal.run/') ||
		text.startsWith('queue.fal.run/') ||
		exact.includes(text) ||
		extra.some((prefix) => text.startsWith(prefix))
	);
}
