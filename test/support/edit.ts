import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import {
	startEmulator,
	type Emulator,
	type EmulatorOptions,
	type FaultRule,
	type Job,
	type Stage,
} from '../emulator';
import { stringify } from 'flatted';
import { runNode, useBinaryStore, type BinaryMode, type NodeResult, type NodeRun } from './engine';
import { fromUrl, made, typedFields } from './editItems';
import { hold, type Hold } from './hold';
import { sha256 } from './images';
import { until } from './until';

export * from './editItems';
export { until } from './until';

/** An address on the web, which the emulator knows once `publicFiles` holds it. */
export const PUBLIC_URL = 'https://example.com/photo.png';

export const KEY = 'unit-test-key-id:unit-test-key-s3cret';

export type EditRun = Partial<NodeRun> & { options?: IDataObject };

/** n8n and fal side by side, for the tests of one file. */
export class EditBench {
	private emulator?: Emulator;
	private results: NodeResult[] = [];
	/** what may stand nowhere: the keys of every credential used, and their secret halves */
	private secrets = secretsOf(KEY);
	/** parts of the prompts that a test holds at fal */
	private held: string[] = [];

	get fal(): Emulator {
		if (!this.emulator) throw new Error('The emulator is not running');
		return this.emulator;
	}

	get credential(): { apiKey: string; proxyUrl: string } {
		return { apiKey: KEY, proxyUrl: this.fal.proxyUrl };
	}

	async start(options: EmulatorOptions, store: BinaryMode): Promise<void> {
		await useBinaryStore(store);
		this.emulator = await startEmulator({ latency: 0, image: 'tiny', ...options, keys: [KEY] });
		this.hurry();
	}

	/**
	 * Lets fal answer a submit only when the edit is as good as done, so that the node's first look at the
	 * status finds it finished: half a second less for each test.
	 */
	private hurry(): void {
		this.fal.faults.add({ stage: 'submit', kind: 'slow', ms: 25 });
	}

	/** For faults of the submit itself, which would come after that of `hurry`. */
	take(rule: FaultRule): void {
		this.fal.faults.clear();
		this.fal.faults.add(rule);
	}

	/** Lets fal work on the edits with this in their prompt until the test releases them. */
	holdEdits(prompt: string): Hold {
		const held = hold();
		this.held.push(prompt);
		this.fal.faults.add({ stage: 'queue', kind: 'latency', match: { prompt }, until: held.until });
		return held;
	}

	/**
	 * Lets no call of a stage end before `limit` of them are under way, or all have come.
	 *
	 * @returns tells the most that were under way at one time
	 */
	fill(stage: Stage, limit: number, all: number): () => number {
		let most = 0;
		const underWay = () =>
			this.calls(stage).filter(({ statusCode }) => statusCode === undefined).length;
		const untilFull = async () => {
			most = Math.max(most, underWay());
			await until(() => underWay() >= limit || this.calls(stage).length >= all);
		};
		this.take({ stage, kind: 'slow', until: untilFull });
		return () => most;
	}

	/** Runs Edit Image; `images` are public addresses unless the run says otherwise. */
	async edit({ options, parameters, ...run }: EditRun = {}): Promise<NodeResult> {
		const credential = run.credential ?? this.credential;
		this.secrets = new Set([...this.secrets, ...secretsOf(String(credential.apiKey))]);
		const result = await runNode({
			...run,
			items: run.items ?? [{ json: {} }],
			credential,
			parameters: {
				prompt: 'make it blue',
				images: fromUrl(PUBLIC_URL),
				...parameters,
				...(options && { options }),
			},
		});
		this.results.push(result);
		return result;
	}

	/** Runs one of the other operations. */
	async run(operation: string, { parameters, ...run }: EditRun = {}): Promise<NodeResult> {
		return await this.edit({ ...run, parameters: { operation, ...parameters } });
	}

	/** Submits an edit for each prompt, through the node; gives the items that come out. */
	async submitAll(prompts: string[]): Promise<INodeExecutionData[]> {
		const items = prompts.map((prompt, row) => ({ json: { row, prompt } }));
		const parameters = { prompt: '={{ $json.prompt }}' };
		const submitted = made(await this.run('submit', { items, parameters }));
		await this.settled();
		return submitted;
	}

	/** Waits until every edit is finished that shall not wait at fal for longer, as its prompt or the test may say. */
	async settled(): Promise<void> {
		const signs = ['latency', 'stuck', ...this.held];
		const lingers = ({ input }: Job) => signs.some((sign) => JSON.stringify(input).includes(sign));
		await until(() => this.fal.jobs.every((job) => job.state === 'COMPLETED' || lingers(job)));
	}

	/** The bodies that fal was sent, in the order of their arrival, without a seed that the node has drawn. */
	inputs(): IDataObject[] {
		return this.fal.jobs.map(({ input }) => typedFields(input as IDataObject));
	}

	/** What calls of a stage fal has seen. */
	calls(stage: Stage) {
		return this.fal.records.filter((record) => record.stage === stage);
	}

	/** What fal got as the images of a request, in order: a hash for each file, an address as it is. */
	received(job = 0): string[] {
		const urls = (this.inputs()[job]?.image_urls ?? []) as string[];
		return urls.map((url) => {
			const upload = this.fal.uploads.find(({ fileUrl }) => fileUrl === url);
			if (upload) return upload.sha256 ?? 'never uploaded';
			if (!url.startsWith('data:')) return url;
			return sha256(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));
		});
	}

	/** Where a key stands that should not: an upload, a download, an output, an error. */
	leaks(): string[] {
		const places = this.results.flatMap(({ outputs, error, run }) => [
			// An item may hold itself.
			stringify(outputs),
			stringify(run.data),
			JSON.stringify([error, error?.message, error?.description, error?.context, error?.stack]),
		]);
		const found = [...this.secrets].filter((secret) =>
			places.some((place) => place.includes(secret) || place.includes(escaped(secret))),
		);
		return [...this.fal.leaks.map(({ reason, url }) => `${reason}: ${url}`), ...found];
	}

	reset(): void {
		this.results = [];
		this.secrets = secretsOf(KEY);
		this.held = [];
		this.fal.reset();
		this.hurry();
	}

	async stop(): Promise<void> {
		await this.emulator?.close();
	}
}

function secretsOf(apiKey: string): Set<string> {
	const parts = [apiKey, ...apiKey.split(/[:\s]+/).slice(1)].map((part) => part.trim());
	return new Set(parts.filter((part) => part.length > 3));
}

/** A text as it stands inside JSON. */
const escaped = (text: string) => JSON.stringify(text).slice(1, -1);

/** One bench for a file of tests. After every test the key must stand nowhere but in fal's own calls. */
export function useEditBench(
	options: EmulatorOptions = {},
	store: BinaryMode = 'default',
): EditBench {
	const bench = new EditBench();
	beforeAll(async () => await bench.start(options, store));
	afterEach(() => {
		const leaks = bench.leaks();
		bench.reset();
		expect(leaks).toEqual([]);
	});
	afterAll(async () => await bench.stop());
	return bench;
}
