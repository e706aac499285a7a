import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { FaultRule } from './faults';
import { send } from './http';
import { MEDIA_HOST, type EmulatorOptions, type Settings } from './options';
import { serve, serverError } from './server';
import type { CallRecord, Job, Leak, Upload } from './types';
import type { WebhookSigner } from './webhookSigner';
import { World } from './world';

export { EmulatorClient, type EmulatorState } from './client';
export type { FaultRule } from './faults';
export { apiHosts } from './router';
export { MEDIA_HOST } from './options';
export type { EmulatorOptions, ImageProvider, Settings } from './options';
export type { CallRecord, Job, JobState, Leak, Stage, Upload, WebhookDelivery } from './types';

export interface Emulator {
	url: string;
	/** the one it listens on, whatever its address says */
	port: number;
	/** where it also speaks plain HTTP, for whoever drives it from another process */
	controlUrl: string;
	proxyUrl: string;
	mediaUrl: string;
	/** The first accepted key. */
	key: string;
	jobs: Job[];
	records: CallRecord[];
	leaks: Leak[];
	uploads: Upload[];
	/** fal's own hand, for callbacks that a test writes itself. */
	signer: WebhookSigner;
	faults: { add: (rule: FaultRule) => void; clear: () => void };
	/** Change them at any time. */
	settings: Settings;
	/** Forgets jobs, records, files and faults; the settings stay. */
	reset: () => void;
	close: () => Promise<void>;
}

/** fal on this machine. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const { port = 0, host = '127.0.0.1', certificates, ...others } = options;
	const { publicUrl = certificates && `https://${MEDIA_HOST}`, ...settings } = others;
	const world = new World(settings);
	const listener = (request: IncomingMessage, response: ServerResponse) => {
		serve(world, request, response).catch(async (error: unknown) => {
			// A caller that hung up is not an error of ours.
			if (response.headersSent || response.destroyed) return void response.destroy();
			await send(response, serverError(error));
		});
	};
	const plain = createServer(listener);
	const named = certificates && createTlsServer({ SNICallback: certificates }, listener);
	const listening = await listen(named ?? plain, port, host);
	const control = named ? await listen(plain, 0, host) : listening;
	const controlUrl = `http://${host}:${control}`;
	world.url = publicUrl ?? controlUrl;
	const close = async () => {
		world.reset();
		await Promise.all([plain, ...(named ? [named] : [])].map(stop));
	};
	return emulatorOf(world, { port: listening, controlUrl, close });
}

async function listen(server: Server, port: number, host: string): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject).listen(port, host, resolve);
	});
	return (server.address() as AddressInfo).port;
}

async function stop(server: Server): Promise<void> {
	server.closeAllConnections();
	await new Promise<void>((resolve) => server.close(() => resolve()));
}

function emulatorOf(
	world: World,
	place: Pick<Emulator, 'port' | 'controlUrl' | 'close'>,
): Emulator {
	const { url, jobs, records, leaks, uploads, signer, faults, settings } = world;
	return {
		...place,
		url,
		proxyUrl: `${url}/proxy`,
		mediaUrl: `${url}/files`,
		key: settings.keys[0] ?? '',
		jobs,
		records,
		leaks,
		uploads,
		signer,
		faults,
		settings,
		reset: () => world.reset(),
	};
}
