import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Daemon } from './childProcess';
import { installPackage } from './communityPackage';
import { n8nEnvironment, type BinaryStore } from './environment';
import { freePort } from './freePort';
import { registerPackage } from './installedPackages';
import { N8nApi } from './N8nApi';
import { compileCache, n8nProgram, pinnedN8nVersion } from './paths';

export interface StartOptions {
	/** n8n's whole world: database, files, home. Made when missing, used again when there. */
	dataDir: string;
	/** A packed community node to install before the start. */
	nodePackage?: string;
	version?: string;
	port?: number;
	binaryStore?: BinaryStore;
	env?: NodeJS.ProcessEnv;
	timeoutMs?: number;
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
}

const majorOf = (version: string) => Number(version.split('.')[0]);

// n8n 1 does not start when a module is to be left out that it does not have.
const olderN8n = { N8N_DISABLED_MODULES: '' };

const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

async function isReady(url: string): Promise<boolean> {
	try {
		const ready = (await fetch(`${url}/healthz/readiness`)).ok;
		// n8n 1 calls itself ready when its database is, and takes calls a little later.
		return ready && (await fetch(`${url}/rest/settings`)).ok;
	} catch {
		return false;
	}
}

async function waitUntilReady(url: string, daemon: Daemon, logFile: string, timeoutMs: number) {
	const deadline = Date.now() + timeoutMs;
	while (!(await isReady(url))) {
		const tail = () => readFileSync(logFile, 'utf8').split('\n').slice(-30).join('\n');
		if (daemon.hasEnded)
			throw new Error(`n8n ended while starting (${await daemon.ended}):\n${tail()}`);
		if (Date.now() > deadline) {
			await daemon.kill();
			throw new Error(`n8n was not ready after ${timeoutMs / 1000} s:\n${tail()}`);
		}
		await sleep(100);
	}
}

async function launch(options: StartOptions, port: number, logFile: string): Promise<Daemon> {
	const { dataDir, binaryStore, env, version = pinnedN8nVersion } = options;
	const brokerPort = await freePort();
	const place = { dataDir, port, brokerPort, binaryStore, compileCache: compileCache(version) };
	return new Daemon([n8nProgram(version), 'start'], {
		env: n8nEnvironment(place, majorOf(version) > 1 ? env : { ...olderN8n, ...env }),
		cwd: dataDir,
		logFile,
	});
}

export async function startN8n(options: StartOptions): Promise<RunningN8n> {
	const { dataDir, nodePackage, timeoutMs = 120_000 } = options;
	mkdirSync(dataDir, { recursive: true });
	const logFile = join(dataDir, 'n8n.log');
	const manifest = nodePackage && (await installPackage(dataDir, nodePackage));
	const port = options.port ?? (await freePort());
	const url = `http://localhost:${port}`;
	const daemon = await launch(options, port, logFile);
	await waitUntilReady(url, daemon, logFile, timeoutMs);
	try {
		if (manifest) await registerPackage(dataDir, manifest);
	} catch (error) {
		await daemon.kill();
		throw error;
	}
	return {
		url,
		port,
		api: new N8nApi(url, majorOf(options.version ?? pinnedN8nVersion)),
		log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
		logFile,
		ended: daemon.ended,
		stop: async () => await daemon.stop(),
		kill: async () => await daemon.kill(),
	};
}
