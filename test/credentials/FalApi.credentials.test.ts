import type { IAuthenticate, IHttpRequestOptions } from 'n8n-workflow';
import { FalApi } from '../../credentials/FalApi.credentials';

const KEY = 'some-key-id:some-s3cret';
const PROXY = 'https://example.com/api/fal/proxy';
const credential = new FalApi();

const authenticate = async (request: IHttpRequestOptions, apiKey: unknown, proxyUrl = '') => {
	const run = credential.authenticate as Extract<IAuthenticate, (...given: never[]) => unknown>;
	return await run({ apiKey: apiKey as string, proxyUrl }, request);
};

const headerFor = async (url: string, proxyUrl = '') =>
	(await authenticate({ url }, KEY, proxyUrl)).headers?.Authorization;

it('has the names that saved workflows depend on', () => {
	expect(credential.name).toBe('falApi');
	expect(credential.properties.map(({ name }) => name)).toEqual(['apiKey', 'proxyUrl']);
	expect(credential.properties[0]).toMatchObject({
		required: true,
		typeOptions: { password: true },
	});
});

describe('the key goes to', () => {
	it.each([
		'https://queue.fal.run/fal-ai/nano-banana-pro/edit',
		'https://fal.run/fal-ai/nano-banana-pro/edit',
		'https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3',
		'https://api.fal.ai/v1/models/pricing',
		'https://QUEUE.fal.run/',
	])('%s', async (url) => {
		expect(await headerFor(url)).toBe(`Key ${KEY}`);
	});

	it("the credential's proxy", async () => {
		expect(await headerFor(PROXY, PROXY)).toBe(`Key ${KEY}`);
		expect(await headerFor(PROXY, ` ${PROXY} `)).toBe(`Key ${KEY}`);
	});

	it('an address given in two parts', async () => {
		const { headers } = await authenticate(
			{ baseURL: 'https://queue.fal.run', url: '/fal-ai/x' },
			KEY,
		);
		expect(headers?.Authorization).toBe(`Key ${KEY}`);
	});
});

describe('the key does not go to', () => {
	it.each([
		['a media address', 'https://v3b.fal.media/files/b/0a/x.png'],
		['an upload address', 'https://storage.googleapis.com/falserverless/x'],
		["fal's site", 'https://fal.ai/dashboard'],
		['fal without encryption', 'http://queue.fal.run/fal-ai/x'],
		['a host that only ends like fal', 'https://evilfal.run/'],
		['a host that only begins like fal', 'https://queue.fal.run.evil.example/'],
		['fal as the user name of another host', 'https://queue.fal.run@evil.example/'],
		['a host that no one has set as proxy', PROXY],
		['what is no address', 'queue.fal.run'],
		['nothing', ''],
	])('%s', async (_name, url) => {
		expect(await headerFor(url)).toBeUndefined();
	});

	it.each([
		['another host', 'https://example.org/api/fal/proxy'],
		['another port', 'https://example.com:8443/api/fal/proxy'],
		['the same host without encryption', 'http://example.com/api/fal/proxy'],
		['another address of the same host', 'https://example.com/files/x.png'],
	])('%s than the proxy', async (_name, url) => {
		expect(await headerFor(url, PROXY)).toBeUndefined();
	});
});

it('leaves the rest of the request as it is', async () => {
	const request = { url: 'https://fal.run/x', headers: { accept: 'text/plain' }, body: { a: 1 } };
	const sent = await authenticate({ ...request }, KEY);
	expect(sent).toEqual({
		...request,
		headers: { accept: 'text/plain', Authorization: `Key ${KEY}` },
	});
});

it.each([` ${KEY}`, `${KEY}\n`, `\t${KEY}\r\n`])(
	'takes off the space around a key: %j',
	async (apiKey) => {
		const { headers } = await authenticate({ url: 'https://fal.run/x' }, apiKey);
		expect(headers?.Authorization).toBe(`Key ${KEY}`);
	},
);

it.each<[string, unknown]>([
	['nothing', undefined],
	['null', null],
	['an empty text', ''],
	['a number', 7],
	['no colon', 'some-long-key'],
	['a line break inside', 'some-key-id:some\ns3cret'],
	['a zero byte inside', 'some-key-id:some\0s3cret'],
	['a tab inside', 'some-key-id:\tsome-s3cret'],
	['a sign of another language', 'some-key-id:sömé-s3cret'],
	['a sign without width', 'some-key-id:some\u200bs3cret'],
	['three parts', 'some-key-id:some:s3cret'],
	['the word Key before it', `Key ${KEY}`],
])('refuses a key that is %s, and does not repeat it', async (_name, apiKey) => {
	const refusal = authenticate({ url: 'https://fal.run/x' }, apiKey);
	await expect(refusal).rejects.toThrow("'API Key'");
	const error: Error = await refusal.then(
		() => new Error('not refused'),
		(reason: Error) => reason,
	);
	const words = `${error.message} ${(error as { description?: string }).description} ${error.stack}`;
	for (const part of ['s3cret', 'some-key-id', 'some-long-key']) expect(words).not.toContain(part);
});

describe('the test of the credential', () => {
	const { request, rules } = credential.test;

	it('asks for a price, which is free and needs a good key', () => {
		expect(request.url).toMatch(/https:\/\/api\.fal\.ai\/v1\/models\/pricing\?endpoint_id=fal-ai/);
		expect(request.url).not.toMatch(/queue\.fal\.run/);
	});

	it('goes through the proxy when there is one, as a call that the proxy lets through', () => {
		expect(request.url).toMatch(/^=\{\{.*\$credentials\.proxyUrl/);
		expect(request.method).toMatch(/^=\{\{.*POST.*GET/);
		expect(request.headers).toEqual(expect.stringContaining('x-fal-target-url'));
		expect(request.headers).toEqual(
			expect.stringContaining(
				'https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3',
			),
		);
	});

	it.each([401, 403])('says in words what %i means', (code) => {
		const rule = rules?.find(
			({ properties }) => (properties as { value?: unknown }).value === code,
		);
		expect((rule?.properties as { message?: string }).message).toMatch(/fal\.ai\/dashboard/);
	});
});
