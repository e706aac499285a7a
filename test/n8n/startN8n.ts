import { installPackage } from './communityPackage';
import { registerPackage } from './installedPackages';
import { N8nApi } from './N8nApi';
import { N8nProcess, type ProcessOptions } from './n8nProcess';
import { majorOf, pinnedN8nVersion } from './paths';

export interface StartOptions extends ProcessOptions {
	/** A packed community node to install before the start. */
	nodePackage?: string;
}

export interface RunningN8n {
	url: string;
	port: number;
	api: N8nApi;
	/** All that n8n has printed since the data folder was made. */
	log(): string;
	logFile: string;
	/** Settles, with how, when n8n ends by itself or is stopped. */
	ended: Promise<string>;
	stop(): Promise<void>;
	kill(): Promise<void>;
	/** From here on this process may end before n8n, and ends it then. */
	unref?(): void;
}

export async function startN8n({ nodePackage, ...options }: StartOptions): Promise<RunningN8n> {
	const { dataDir, version = pinnedN8nVersion } = options;
	const n8n = await N8nProcess.create('n8n', ['start'], options);
	const manifest = nodePackage && (await installPackage(dataDir, nodePackage));
	await n8n.start();
	try {
		if (manifest) await registerPackage(dataDir, manifest);
	} catch (error) {
		await n8n.kill();
		throw error;
	}
	const { url, port, logFile, ended } = n8n;
	return {
		url,
		port,
		api: new N8nApi(url, majorOf(version)),
		log: () => n8n.log(),
		logFile,
		ended,
		unref: () => n8n.unref(),
		stop: async () => await n8n.stop(),
		kill: async () => await n8n.kill(),
	};
}
