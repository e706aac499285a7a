import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { installPackage } from './communityPackage';
import { n8nFolder } from './environment';
import { freePort } from './freePort';
import { N8nApi } from './N8nApi';
import { N8nProcess, type N8nCommand, type ProcessOptions } from './n8nProcess';
import { queueEnvironment, quickNotice, workerHealth } from './queueEnvironment';
import { startPostgres } from './services/postgres';
import type { Service } from './services/programs';
import { startRedis } from './services/redis';

const names = ['main', 'worker 1', 'worker 2', 'webhook'] as const;

export type ProcessName = (typeof names)[number];
export type WorkerName = Extract<ProcessName, `worker ${string}`>;

export interface QueueOptions {
	/** Each process gets a folder of its own in it, as if it were on a machine of its own. */
	folder: string;
	nodePackage: string;
	/** How many executions a worker runs at once. */
	concurrency?: number;
	/** For all processes. */
	env?: NodeJS.ProcessEnv;
}

/** n8n in queue mode: a main process, two workers and one for webhooks, behind each other's backs. */
export class RunningQueue {
	readonly api: N8nApi;

	constructor(
		private readonly processes: Record<ProcessName, N8nProcess>,
		private readonly services: Service[],
	) {
		this.api = new N8nApi(processes.main.url);
	}

	/** To kill, stop, start again or read the log of one of them. */
	process(name: ProcessName): N8nProcess {
		return this.processes[name];
	}

	/** The production address of a webhook, which the main process serves as well. */
	webhookUrl(path: string, name: 'main' | 'webhook' = 'webhook'): string {
		return `${this.processes[name].url}/webhook/${path}`;
	}

	/** The workers that have begun an execution, each as often as it has. */
	workersOf(executionId: string): WorkerName[] {
		const begun = new RegExp(`Worker started execution ${executionId} \\(job \\d+\\)`, 'g');
		return (['worker 1', 'worker 2'] as const).flatMap((name) =>
			[...this.processes[name].log().matchAll(begun)].map(() => name),
		);
	}

	log(): string {
		return names.map((name) => this.processes[name].log()).join('\n');
	}

	async stop(): Promise<void> {
		// At once and not in good order: nothing of it is needed again.
		await Promise.all(Object.values(this.processes).map(async (one) => await one.kill()));
		await Promise.all(this.services.map(async (service) => await service.stop()));
	}
}

async function createProcesses(
	{ folder, concurrency = 5, env }: QueueOptions,
	shared: NodeJS.ProcessEnv,
): Promise<Record<ProcessName, N8nProcess>> {
	const ports = await Promise.all(names.map(freePort));
	const urlOf = (name: ProcessName) => `http://localhost:${ports[names.indexOf(name)]}/`;
	const addresses = { N8N_WEBHOOK_URL: urlOf('webhook'), N8N_EDITOR_BASE_URL: urlOf('main') };
	const create = async (name: ProcessName, command: [N8nCommand, ...string[]]) => {
		const port = ports[names.indexOf(name)] ?? 0;
		const own = command[0] === 'worker' ? workerHealth(port) : {};
		const options: ProcessOptions = {
			dataDir: join(folder, name.replace(' ', '-')),
			port,
			binaryStore: 'database',
			env: { ...shared, ...addresses, ...quickNotice, ...own, ...env },
		};
		return await N8nProcess.create(name, command, options);
	};
	const worker: [N8nCommand, string] = ['worker', `--concurrency=${concurrency}`];
	return {
		main: await create('main', ['start']),
		'worker 1': await create('worker 1', worker),
		'worker 2': await create('worker 2', worker),
		webhook: await create('webhook', ['webhook']),
	};
}

/**
 * n8n loads what lies in its folder. Its table of installed packages only fills a page of the editor,
 * so nothing is written there.
 */
async function installEverywhere({ folder, nodePackage }: QueueOptions): Promise<void> {
	const folders = names.map((name) => join(folder, name.replace(' ', '-')));
	const [first = '', ...others] = folders;
	await installPackage(first, nodePackage);
	for (const other of others) {
		cpSync(join(n8nFolder(first), 'nodes'), join(n8nFolder(other), 'nodes'), { recursive: true });
	}
}

export async function startQueue(options: QueueOptions): Promise<RunningQueue> {
	const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
	const shared = queueEnvironment(redis.port, postgres.port);
	const processes = await createProcesses(options, shared);
	const queue = new RunningQueue(processes, [redis, postgres]);
	try {
		await installEverywhere(options);
		// All at once: whichever comes first lays out the database, and the others wait for it.
		await Promise.all(names.map(async (name) => await processes[name].start()));
	} catch (error) {
		await queue.stop();
		throw error;
	}
	return queue;
}
