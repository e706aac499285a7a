import { request } from 'node:https';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
	apiHosts,
	MEDIA_HOST,
	startEmulator,
	type EmulatorOptions,
	type Job,
} from '../../emulator';
import { Authority } from '../../support/authority';
import { startConnectProxy, type ConnectProxy } from '../../support/connectProxy';
import { Bench, type BenchOptions } from './bench';

const falHosts = [...apiHosts, MEDIA_HOST];

/**
 * A bench whose fal has its real names: n8n reaches `queue.fal.run` and the others over TLS, through the
 * proxy that `HTTPS_PROXY` names, and trusts an authority of our own. The credential has the key only.
 */
export class NamedBench extends Bench {
	private proxyOrNone?: ConnectProxy;
	private authorityOrNone?: Authority;
	private readonly trusted = mkdtempSync(join(tmpdir(), 'nano-banana-authority-'));

	get proxy(): ConnectProxy {
		if (!this.proxyOrNone) throw new Error('The proxy is not running');
		return this.proxyOrNone;
	}

	protected get authority(): Authority {
		if (!this.authorityOrNone) throw new Error('There is no authority yet');
		return this.authorityOrNone;
	}

	override get falData() {
		return { apiKey: this.fal.key, proxyUrl: '' };
	}

	override async start({ env, ...options }: BenchOptions): Promise<void> {
		this.authorityOrNone = await Authority.make();
		this.proxyOrNone = await startConnectProxy((host) => this.portOf(host));
		const file = join(this.trusted, 'authority.pem');
		writeFileSync(file, this.authority.pem);
		await super.start({
			...options,
			env: { HTTPS_PROXY: this.proxy.url, NODE_EXTRA_CA_CERTS: file, ...env },
		});
	}

	/** Where this machine plays a host of the internet. */
	protected portOf(host: string): number | undefined {
		return falHosts.includes(host) ? this.fal.port : undefined;
	}

	protected override async startFal(options: EmulatorOptions) {
		return await startEmulator({ ...options, certificates: this.authority.answerAs });
	}

	override async atFal(url: unknown): Promise<Buffer> {
		return await this.get(String(url));
	}

	/** The addresses of the images that an edit has made, by fal's own word. */
	async imagesOf(job: Job | undefined): Promise<string[]> {
		const url = `https://queue.fal.run/fal-ai/nano-banana-pro/requests/${String(job?.id)}`;
		const answer = await this.get(url, { authorization: `Key ${this.fal.key}` });
		const { images } = JSON.parse(answer.toString('utf8')) as { images?: Array<{ url: string }> };
		return (images ?? []).map((image) => image.url);
	}

	/** A call from outside of n8n, without a way through the proxy. */
	private async get(url: string, headers: Record<string, string> = {}): Promise<Buffer> {
		const { hostname, pathname } = new URL(url);
		const options = {
			host: '127.0.0.1',
			port: this.portOf(hostname),
			servername: hostname,
			headers: { host: hostname, ...headers },
			path: pathname,
			ca: this.authority.pem,
		};
		return await new Promise((resolve, reject) => {
			request(options, (response) => resolve(buffer(response)))
				.on('error', reject)
				.end();
		});
	}

	override async stop(): Promise<void> {
		await super.stop();
		await this.proxyOrNone?.close();
		rmSync(this.trusted, { recursive: true, force: true });
	}
}
