import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EmulatorClient, type EmulatorState } from '../emulator';
import { projectRoot } from '../n8n';
import { smallDataUri } from './pictures';
import { bytesOf, type Workload } from './workloads';

interface Announced {
	url: string;
	proxyUrl: string;
	key: string;
}

const program = join(projectRoot, 'test/emulator/main.ts');
const args = ['--port', '0', '--queue-delay', '0', '--tiny', '--json'];

/** fal in a process of its own, so that its work is not counted as anybody's here. */
export class FalProcess {
	private constructor(
		private readonly child: ChildProcess,
		private readonly announced: Announced,
		private readonly client: EmulatorClient,
	) {}

	static async start(): Promise<FalProcess> {
		// The loader that lets this process read TypeScript lets the child read it too.
		const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		process.on('exit', () => child.kill());
		const lines = createInterface({ input: child.stdout });
		const announced = await new Promise<Announced>((resolve, reject) => {
			lines.once('line', (line) => resolve(JSON.parse(line) as Announced));
			child.once('exit', (code) => reject(new Error(`The emulator ended with ${code}`)));
		});
		return new FalProcess(child, announced, new EmulatorClient(announced.url));
	}

	get pid(): number {
		return this.child.pid ?? 0;
	}

	get proxyUrl(): string {
		return this.announced.proxyUrl;
	}

	get key(): string {
		return this.announced.key;
	}

	/** Draws one picture of the workload's size, so that the first request is like the others. */
	async warmUp(workload: Workload): Promise<void> {
		await this.client.setOptions({ latency: 1, slots: 40, outputBytes: bytesOf(workload) });
		const response = await fetch(`${this.announced.url}/fal.run/fal-ai/nano-banana-pro/edit`, {
			method: 'POST',
			headers: { authorization: `Key ${this.key}`, 'content-type': 'application/json' },
			body: JSON.stringify({ prompt: 'Warm up', image_urls: [await smallDataUri()] }),
		});
		if (!response.ok) throw new Error(`The emulator answered ${await response.text()}`);
	}

	/** Forgets what was and takes on the workload. */
	async prepare({ slots, seconds }: Workload): Promise<void> {
		await this.client.reset();
		await this.client.setOptions({ slots, latency: seconds * 1_000 });
	}

	async state(): Promise<EmulatorState> {
		return await this.client.state();
	}

	async reset(): Promise<void> {
		await this.client.reset();
	}

	stop(): void {
		this.child.kill();
	}
}
