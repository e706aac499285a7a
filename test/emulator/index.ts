import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
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
export type { EmulatorOptions, PictureProvider, Settings } from './options';
export type { CallRecord, Job, JobState, Leak, Stage, Upload, WebhookDelivery } from './types';

export interface Emulator {
	url: string;
	/** the one it listens on, whatever its address says */
	port: number;
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
	const server = certificates
		? createTlsServer({ SNICallback: certificates }, listener)
		: createServer(listener);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject).listen(port, host, resolve);
	});
	const { port: listening } = server.address() as AddressInfo;
	world.url = publicUrl ?? `http://${host}:${listening}`;
	const close = async () => {
		world.reset();
		server.closeAllConnections();
		await new Promise<void>((resolve) => server.close(() => resolve()));
	};
	return emulatorOf(world, listening, close);
}

function emulatorOf(world: World, port: number, close: () => Promise<void>): Emulator {
	const { url, jobs, records, leaks, uploads, signer, faults, settings } = world;
	return {
		url,
		port,
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
		close,
	};
}
