import { createServer, type AddressInfo } from 'node:net';
import * as tls from 'node:tls';
import { Authority, type Flaw } from '../../../support/authority';
import { startConnectProxy, type ProxyRefusal } from '../../../support/connectProxy';
import { failure, KEY, PUBLIC_URL } from '../../../support/edit';
import { runNode, useBinaryStore } from '../../../support/engine';
import { startEmulator } from '../../../emulator';
import { fromUrl } from '../../../support/editItems';

/** fal by its real names, through the proxy that n8n is told of. */
async function editThrough(proxyUrl: string) {
	process.env.HTTPS_PROXY = proxyUrl;
	return failure(
		await runNode({
			items: [{ json: {} }],
			credential: { apiKey: KEY, proxyUrl: '' },
			parameters: {
				prompt: 'make it blue',
				images: fromUrl(PUBLIC_URL),
				options: { timeout: 1 },
			},
		}),
	);
}

/** The same, and how often the proxy was asked for a way to fal. */
async function editRefused(refusal: ProxyRefusal) {
	const proxy = await startConnectProxy(() => undefined, refusal);
	const error = await editThrough(proxy.url);
	await proxy.close();
	return { error, asked: proxy.asked, host: new URL(proxy.url).host };
}

/** Newer than the types that the package is checked with. */
const { setDefaultCACertificates } = tls as typeof tls & {
	setDefaultCACertificates(certificates: string[]): void;
};

const page = (title: string) => `<html><head><title>${title}</title></head><body>no</body></html>`;
const html = { 'Content-Type': 'text/html' };

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise<void>((resolve) => server.close(() => resolve()));
	return port;
}

beforeAll(async () => await useBinaryStore('default'));
afterEach(() => delete process.env.HTTPS_PROXY);

it('a proxy that wants a log-in is told of as one, at once', async () => {
	const { error, asked } = await editRefused({
		...{ status: 407, headers: { ...html, 'Proxy-Authenticate': 'Basic realm="Acme"' } },
		body: page('Acme Gateway: Authentication Required'),
	});
	expect(error.message).toBe('A proxy between n8n and fal requires a log-in');
	expect(error.description).toMatch(/HTTPS_PROXY.*"Acme Gateway: Authentication Required"/s);
	expect(error.description).not.toMatch(/may have taken|API key/);
	expect(asked).toEqual(['queue.fal.run:443']);
});

it('a proxy that does not let fal through is told of with the title of its page', async () => {
	const { error, asked } = await editRefused({
		...{ status: 403, headers: html, body: page('Blocked: Generative AI') },
	});
	expect(error.message).toMatch(/^A firewall, proxy or filter answered in place of fal .*HTTP 403/);
	expect(error.description).toMatch(/"Blocked: Generative AI"/);
	expect(error.description).not.toMatch(/may have taken|API key/);
	expect(asked).toHaveLength(1);
});

it('a proxy that gets no answer may have sent the submit on, so it is not sent again', async () => {
	const { error, asked } = await editRefused({
		...{ status: 502, headers: html, body: page('Gateway cannot connect') },
	});
	expect(error.message).toMatch(/answered in place of fal/);
	expect(error.description).toMatch(/"Gateway cannot connect"/);
	expect(error.description).toMatch(/may have taken/);
	expect(asked.filter((host) => host === 'queue.fal.run:443')).toHaveLength(1);
});

it('a proxy that is not there is named', async () => {
	const port = await freePort();
	const error = await editThrough(`http://127.0.0.1:${port}`);
	expect(error.message).toContain(`The proxy at 127.0.0.1:${port} refused the connection`);
	expect(error.description).toMatch(/HTTPS_PROXY/);
});

it('a proxy that has no address is named', async () => {
	const error = await editThrough('http://proxy.acme.invalid:3128');
	expect(error.message).toContain('The proxy at proxy.acme.invalid was not found');
	expect(error.description).toMatch(/HTTPS_PROXY/);
});

it('a network that wants a log-in is told of as one, at once', async () => {
	const { error, asked } = await editRefused({
		...{ status: 511, headers: html, body: page('Hotel Wi-Fi') },
	});
	expect(error.message).toBe('The network between n8n and fal requires a log-in');
	expect(error.description).toMatch(/browser.*"Hotel Wi-Fi"/s);
	expect(error.description).not.toMatch(/may have taken/);
	expect(asked).toHaveLength(1);
});

it("a gateway's refusal in JSON is not taken for fal's", async () => {
	const { error, asked } = await editRefused({
		...{ status: 403, headers: { 'Content-Type': 'application/json' } },
		body: '{"error":"blocked by policy"}',
	});
	expect(error.message).toMatch(/^A firewall, proxy or filter answered in place of fal .*HTTP 403/);
	expect(error.description).toMatch(/network administrator.*"blocked by policy"/s);
	expect(error.description).not.toMatch(/may have taken|API key/);
	expect(asked).toHaveLength(1);
});

it.each<[Flaw, RegExp]>([
	['expired', /out of date.*clock/s],
	['of another host', /belongs to another address.*network administrator/s],
])('a certificate that is %s is told of as one, with another way out', async (flaw, advice) => {
	const authority = await Authority.make(flaw);
	const known = tls.getCACertificates();
	setDefaultCACertificates([...known, authority.pem]);
	const fal = await startEmulator({ certificates: authority.answerAs });
	const proxy = await startConnectProxy(() => fal.port);
	const error = await editThrough(proxy.url);
	setDefaultCACertificates(known);
	await Promise.all([proxy.close(), fal.close()]);
	expect(error.message).toMatch(/^n8n does not trust the certificate/);
	expect(error.description).toMatch(advice);
	expect(error.description).not.toMatch(/NODE_EXTRA_CA_CERTS/);
	expect(proxy.asked).toHaveLength(1);
});

it('a certificate that Node does not know is told of as one, at once, with the way out', async () => {
	const fal = await startEmulator({ certificates: (await Authority.make()).answerAs });
	const proxy = await startConnectProxy(() => fal.port);
	const error = await editThrough(proxy.url);
	await Promise.all([proxy.close(), fal.close()]);
	expect(error.message).toMatch(/^n8n does not trust the certificate/);
	expect(error.description).toMatch(/NODE_EXTRA_CA_CERTS/);
	expect(proxy.asked).toHaveLength(1);
	expect(fal.records).toEqual([]);
});
