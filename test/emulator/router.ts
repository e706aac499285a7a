import { detail, type Answer, type Call, type Params } from './http';
import { download } from './routes/files';
import { history } from './routes/history';
import { currentUser, jwks, meta, models, pricing } from './routes/platform';
import { cancel, result, status, stream } from './routes/requests';
import { run } from './routes/run';
import { complete, initiate, put, putPart } from './routes/storage';
import { submit } from './routes/submit';
import type { Stage } from './types';
import type { World } from './world';

type Handle = (world: World, call: Call) => Answer | Promise<Answer>;

interface Route {
	stage: Stage;
	host: string;
	method: string;
	path: RegExp;
	handle: Handle;
}

/** The host of fal's buckets and media, which are on this machine's own address. */
export const ownHost = 'own';

const request = String.raw`^/(?<app>.+?)/requests/(?<id>[^/]+)`;

/** An upload goes to the address that its file will have. */
const file = String.raw`(?<file>/files/b/[0-9a-f]{8}/[^/]+)`;

const routes: Route[] = [
	{
		stage: 'stream',
		host: 'queue.fal.run',
		method: 'GET',
		path: new RegExp(`${request}/status/stream/?$`),
		handle: stream,
	},
	{
		stage: 'status',
		host: 'queue.fal.run',
		method: 'GET',
		path: new RegExp(`${request}/status/?$`),
		handle: status,
	},
	{
		stage: 'cancel',
		host: 'queue.fal.run',
		method: 'PUT',
		path: new RegExp(`${request}/cancel/?$`),
		handle: cancel,
	},
	{
		stage: 'result',
		host: 'queue.fal.run',
		method: 'GET',
		path: new RegExp(`${request}(/response)?/?$`),
		handle: result,
	},
	{
		stage: 'submit',
		host: 'queue.fal.run',
		method: 'POST',
		path: /^\/(?<endpoint>.+?)\/?$/,
		handle: submit,
	},
	{
		stage: 'submit',
		host: 'fal.run',
		method: 'POST',
		path: /^\/(?<endpoint>.+?)\/?$/,
		handle: run,
	},
	{
		stage: 'initiate',
		host: 'rest.fal.ai',
		method: 'POST',
		path: /^\/storage\/upload\/initiate(-multipart)?$/,
		handle: initiate,
	},
	{
		stage: 'jwks',
		host: 'rest.fal.ai',
		method: 'GET',
		path: /^\/\.well-known\/jwks\.json$/,
		handle: jwks,
	},
	{
		stage: 'other',
		host: 'rest.fal.ai',
		method: 'GET',
		path: /^\/users\/current$/,
		handle: currentUser,
	},
	{
		stage: 'pricing',
		host: 'api.fal.ai',
		method: 'GET',
		path: /^\/v1\/models\/pricing$/,
		handle: pricing,
	},
	{
		stage: 'history',
		host: 'api.fal.ai',
		method: 'GET',
		path: /^\/v1\/models\/requests\/by-endpoint$/,
		handle: history,
	},
	{ stage: 'other', host: 'api.fal.ai', method: 'GET', path: /^\/v1\/models$/, handle: models },
	{ stage: 'other', host: 'api.fal.ai', method: 'GET', path: /^\/v1\/meta$/, handle: meta },
	{
		stage: 'part',
		host: ownHost,
		method: 'PUT',
		path: new RegExp(`^${file}/(?<part>\\d+)$`),
		handle: putPart,
	},
	{
		stage: 'complete',
		host: ownHost,
		method: 'POST',
		path: new RegExp(`^${file}/complete$`),
		handle: complete,
	},
	{ stage: 'upload', host: ownHost, method: 'PUT', path: new RegExp(`^${file}$`), handle: put },
	{
		stage: 'download',
		host: ownHost,
		method: 'GET',
		path: new RegExp(`^${file}$`),
		handle: download,
	},
];

const noParams: Params = { endpoint: '', app: '', id: '', part: '', file: '' };

export interface Found {
	stage: Stage;
	params: Params;
	handle: Handle;
}

export function findRoute(host: string, method: string, target: URL): Found {
	const path = target.pathname;
	const here = routes.filter((route) => route.host === aliasOf(host) && route.path.test(path));
	// A HEAD is a GET whose body nobody sends.
	const wanted = method === 'HEAD' ? 'GET' : method;
	const route = here.find((candidate) => candidate.method === wanted);
	if (!route) {
		const answer = here.length > 0 ? detail(405, 'Method Not Allowed') : detail(404, 'Not Found');
		return { stage: 'other', params: noParams, handle: () => answer };
	}
	return {
		stage: route.stage,
		params: { ...noParams, ...route.path.exec(path)?.groups },
		handle: route.handle,
	};
}

/** fal's backup host of the queue. */
function aliasOf(host: string): string {
	return host === 'queue.falrun.com' ? 'queue.fal.run' : host;
}

export const apiHosts = [
	'queue.fal.run',
	'queue.falrun.com',
	'fal.run',
	'rest.fal.ai',
	'api.fal.ai',
];
