import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packedProject, startN8n, type Credential, type RunningN8n } from '../n8n';
import { childrenOf } from './processes';

const owner = { email: 'owner@example.com', password: 'Only-for-bench-1' };

export interface FreshN8n extends RunningN8n {
	/** the processes that it consists of start from these */
	roots: number[];
}

/** An n8n that is set up once; each run gets a copy of it, so that none finds what another left. */
export class N8nHome {
	private readonly home = mkdtempSync(join(tmpdir(), 'nano-banana-bench-'));
	private readonly template = join(this.home, 'template');
	private copies = 0;
	readonly images = join(this.home, 'images');
	credential?: Credential;

	/** @param profiles a folder for processor profiles of n8n, where they are wanted */
	constructor(private readonly profiles?: string) {
		process.on('exit', () => this.remove());
	}

	async prepare(apiKey: string): Promise<void> {
		const n8n = await startN8n({ dataDir: this.template, nodePackage: packedProject() });
		await n8n.api.setUpOwner(owner);
		this.credential = await n8n.api.createCredential('fal', 'falApi', { apiKey });
		await n8n.stop();
	}

	/** Where the packed node lies as n8n has it. */
	get nodeFolder(): string {
		return join(this.template, '.n8n/nodes/node_modules/n8n-nodes-nano-banana-pro');
	}

	/** @param way to fal, for its environment */
	async start(way: NodeJS.ProcessEnv): Promise<FreshN8n> {
		const dataDir = join(this.home, `n8n-${++this.copies}`);
		cpSync(this.template, dataDir, { recursive: true, verbatimSymlinks: true });
		const before = childrenOf(process.pid);
		const profile = { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${this.profiles}` };
		const n8n = await startN8n({
			dataDir,
			env: { N8N_RESTRICT_FILE_ACCESS_TO: this.images, ...way, ...(this.profiles && profile) },
		});
		const roots = childrenOf(process.pid).filter((pid) => !before.includes(pid));
		await n8n.api.login(owner);
		const stop = async () => {
			await n8n.stop();
			rmSync(dataDir, { recursive: true, force: true });
		};
		return { ...n8n, roots, stop };
	}

	remove(): void {
		rmSync(this.home, { recursive: true, force: true });
	}
}
