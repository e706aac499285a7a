import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Daemon } from './childProcess';
import { n8nEnvironment, type BinaryStore } from './environment';
import { freePort } from './freePort';
import { compileCache, majorOf, n8nProgram, pinnedN8nVersion } from './paths';
import { waitUntilReady } from './waitUntil';

export interface ProcessOptions {
	/** n8n's whole world: database, files, home. Made when missing, used again when there. */
	dataDir: string;
	version?: string;
	port?: number;
	binaryStore?: BinaryStore;
	env?: NodeJS.ProcessEnv;
	timeoutMs?: number;
}

/** What runs n8n; for a look at how things are on another Node. */
const nodeProgram = process.env.TEST_NODE ?? process.execPath;

/** n8n's own commands: `start` is the one with the editor. */
export type N8nCommand = 'start' | 'worker' | 'webhook';

// n8n 1 calls itself ready when its database is, and takes calls a little later.
const readyPaths: Record<N8nCommand, string[]> = {
	start: ['/healthz/readiness', '/rest/settings'],
	worker: ['/healthz/readiness'],
	webhook: ['/healthz/readiness'],
};

// n8n 1 does not start when a module is to be left out that it does not have.
const olderN8n = { N8N_DISABLED_MODULES: '' };

/** One process of n8n, which can be started again at its old address. */
export class N8nProcess {
	private daemon?: Daemon;
	readonly logFile: string;

	private constructor(
		readonly name: string,
		private readonly command: [N8nCommand, ...string[]],
		private readonly options: ProcessOptions,
		readonly port: number,
	) {
		this.logFile = join(options.dataDir, 'n8n.log');
	}

	static async create(
		name: string,
		command: [N8nCommand, ...string[]],
		options: ProcessOptions,
	): Promise<N8nProcess> {
		mkdirSync(options.dataDir, { recursive: true });
		return new N8nProcess(name, command, options, options.port ?? (await freePort()));
	}

	get url(): string {
		return `http://localhost:${this.port}`;
	}

	/** All that it has printed since its data folder was made. */
	log(): string {
		return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : '';
	}

	/** Settles, with how, when it ends by itself or is stopped. */
	get ended(): Promise<string> {
		return this.daemon?.ended ?? Promise.resolve('not started');
	}

	async start(): Promise<void> {
		const { dataDir, binaryStore, env, version = pinnedN8nVersion } = this.options;
		const brokerPort = await freePort();
		const cache = compileCache(version);
		const place = { dataDir, port: this.port, brokerPort, binaryStore, compileCache: cache };
		this.daemon = new Daemon(nodeProgram, [n8nProgram(version), ...this.command], {
			env: n8nEnvironment(place, majorOf(version) > 1 ? env : { ...olderN8n, ...env }),
			cwd: dataDir,
			logFile: this.logFile,
		});
		const { daemon, name, logFile, options } = this;
		const timeoutMs = options.timeoutMs ?? 240_000;
		await waitUntilReady(async () => await this.isReady(), { name, daemon, logFile, timeoutMs });
	}

	private async isReady(): Promise<boolean> {
		try {
			for (const path of readyPaths[this.command[0]]) {
				if (!(await fetch(`${this.url}${path}`)).ok) return false;
			}
			return true;
		} catch {
			return false;
		}
	}

	/** From here on this process may end before it, and ends it then. */
	unref(): void {
		this.daemon?.unref();
	}

	/** Asks it to end, as a service manager does. */
	async stop(): Promise<void> {
		await this.daemon?.stop();
	}

	/** As a power cut does. */
	async kill(): Promise<void> {
		await this.daemon?.kill();
	}
}
