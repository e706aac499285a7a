import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator';
import {
	packedProject,
	startN8n,
	type Credential,
	type ExecutionResult,
	type RunningN8n,
	type SavedWorkflow,
	type StartOptions,
	type Workflow,
	type WorkflowNode,
} from '../../n8n';
import { credentialTypeOf } from './credentialTypes';
import { sha256 } from './images';
import { clearSharedN8n, FILES, sharedN8n } from './sharedN8n';

export interface BenchOptions extends Pick<StartOptions, 'binaryStore' | 'env' | 'version'> {
	emulator?: EmulatorOptions;
}

export type InstallOptions = StartOptions & { nodePackage: string };

export const owner = { email: 'owner@example.com', password: 'Only-for-tests-1' };

/** A real n8n with the packed node, a fal on this machine, and a folder that n8n may read and write. */
export class Bench {
	private n8nOrNone?: RunningN8n;
	private falOrNone?: Emulator;
	private installed?: InstallOptions;
	/** credentials by type, given to every saved node that asks for one */
	private readonly credentials = new Map<string, Credential>();
	private readonly home = mkdtempSync(join(tmpdir(), 'nano-banana-e2e-'));
	readonly folder = join(FILES, basename(this.home));

	get n8n(): RunningN8n {
		if (!this.n8nOrNone) throw new Error('n8n is not running');
		return this.n8nOrNone;
	}

	get fal(): Emulator {
		if (!this.falOrNone) throw new Error('The emulator is not running');
		return this.falOrNone;
	}

	get falData() {
		return { apiKey: this.fal.key, proxyUrl: this.fal.proxyUrl };
	}

	/** For a look at another version, once `.tools/` has it: TEST_N8N_VERSION=1.123.81 */
	private readonly version = process.env.TEST_N8N_VERSION;

	async start({ emulator, env, ...n8n }: BenchOptions): Promise<void> {
		mkdirSync(this.folder, { recursive: true });
		this.falOrNone = await this.startFal({ latency: 50, ...emulator });
		const place = { dataDir: join(this.home, 'n8n'), nodePackage: packedProject() };
		const files = { N8N_RESTRICT_FILE_ACCESS_TO: this.folder };
		this.installed = { version: this.version, ...n8n, ...place, env: { ...files, ...env } };
		this.n8nOrNone = await this.startN8n(this.installed);
		if (await this.n8n.api.needsOwner()) await this.n8n.api.setUpOwner(owner);
		await this.addCredential('fal', 'falApi', this.falData);
	}

	/** Starts n8n on the data of one that was stopped or killed, at the same address. */
	async startAgain(): Promise<void> {
		if (!this.installed) throw new Error('n8n was never started');
		this.n8nOrNone = await this.startN8n({ ...this.installed, port: this.n8n.port });
		await this.n8n.api.login(owner);
	}

	protected async startFal(options: EmulatorOptions): Promise<Emulator> {
		return await startEmulator(options);
	}

	protected async startN8n(options: InstallOptions): Promise<RunningN8n> {
		return await startN8n(options);
	}

	protected async endN8n(): Promise<void> {
		await this.n8nOrNone?.stop();
	}

	async addCredential(name: string, type: string, data: object): Promise<Credential> {
		const credential = await this.n8n.api.createCredential(name, type, data);
		this.credentials.set(type, credential);
		return credential;
	}

	credential(type: string): Credential {
		const credential = this.credentials.get(type);
		if (credential) return credential;
		throw new Error(`There is no credential of the type ${type}`);
	}

	/** As on an n8n that has none of this type yet. */
	async forgetCredential(type: string): Promise<void> {
		const credential = this.credentials.get(type);
		this.credentials.delete(type);
		if (credential) await this.n8n.api.deleteCredential(credential);
	}

	/** Saves a workflow as its user would, choosing the credentials that its nodes need. */
	async save(workflow: Workflow): Promise<SavedWorkflow> {
		const nodes = workflow.nodes.map((node) => ({ ...node, ...this.credentialFor(node) }));
		return await this.n8n.api.createWorkflow({ ...workflow, nodes });
	}

	private credentialFor(node: WorkflowNode) {
		const type = credentialTypeOf(node);
		const credential = this.credentials.get(type);
		return credential && { credentials: { [type]: { id: credential.id, name: credential.name } } };
	}

	/** Saves a workflow and runs it from a node, the first one unless another is named. */
	async run(workflow: Workflow, from = workflow.nodes[0]?.name ?? ''): Promise<ExecutionResult> {
		const { id } = await this.save(workflow);
		return await this.n8n.api.runToEnd(id, from);
	}

	/** Saves a workflow and switches it on, so that its form or webhook is served. */
	async publish(workflow: Workflow): Promise<SavedWorkflow> {
		const saved = await this.save(workflow);
		await this.n8n.api.activate(saved);
		return saved;
	}

	pathOf(...names: string[]): string {
		return join(this.folder, ...names);
	}

	/** Puts files into a folder that n8n may read; gives the folder. */
	putFiles(folder: string, files: Record<string, Buffer>): string {
		const path = this.pathOf(folder);
		mkdirSync(path, { recursive: true });
		for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, name), bytes);
		return path;
	}

	makeFolder(name: string): string {
		return this.putFiles(name, {});
	}

	hashOfFile(...names: string[]): string {
		return sha256(readFileSync(this.pathOf(...names)));
	}

	/** What fal got as the images of a job: the hash of each uploaded file, an address as it is. */
	received(job: { input: unknown }): string[] {
		const urls = (job.input as { image_urls?: string[] }).image_urls ?? [];
		return urls.map(
			(url) => this.fal.uploads.find(({ fileUrl }) => fileUrl === url)?.sha256 ?? url,
		);
	}

	/** The bytes of a made image at fal itself. */
	async atFal(url: unknown): Promise<Buffer> {
		return Buffer.from(await (await fetch(String(url))).arrayBuffer());
	}

	async stop(): Promise<void> {
		try {
			await this.endN8n();
		} finally {
			await this.falOrNone?.close();
			for (const one of [this.home, this.folder]) rmSync(one, { recursive: true, force: true });
		}
	}
}

/** A bench whose n8n other files of tests use too, after each other. */
class SharedBench extends Bench {
	protected override async startN8n({ version }: InstallOptions): Promise<RunningN8n> {
		return await sharedN8n(version);
	}

	protected override async endN8n(): Promise<void> {
		await clearSharedN8n(this.n8n);
	}
}

const benchFor = ({ emulator: _, ...n8n }: BenchOptions) =>
	Object.keys(n8n).length > 0 ? new Bench() : new SharedBench();

/**
 * A bench for a file of tests, with an n8n of its own where the options say anything about n8n. After every
 * test the key must have gone to fal's own calls only.
 */
export function useBench(options: BenchOptions = {}, bench = benchFor(options)): Bench {
	beforeAll(async () => await bench.start(options), 300_000);
	afterEach(() => {
		const leaks = [...bench.fal.leaks];
		bench.fal.reset();
		expect(leaks).toEqual([]);
		expect(bench.n8n.log()).not.toContain(bench.fal.key.split(':')[1]);
	});
	afterAll(async () => await bench.stop(), 120_000);
	return bench;
}
