import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmulatorClient, type EmulatorState } from '../emulator';
import { startAnnounced } from './announced';
import { lines, type LineName } from './lines';
import { smallDataUri } from './images';
import { bytesOf, type Workload } from './workloads';

interface Announced {
	key: string;
	port: number;
	controlUrl: string;
}

/** fal in a process of its own, so that its work is not counted as anybody's here; by its real names, over TLS. */
export class FalProcess {
	/** how programs reach it, by the line between */
	private readonly ways = new Map<LineName, { child: ChildProcess; url: string }>();

	private constructor(
		private readonly child: ChildProcess,
		private readonly announced: Announced,
		private readonly client: EmulatorClient,
		private readonly folder: string,
	) {}

	static async start(): Promise<FalProcess> {
		const folder = mkdtempSync(join(tmpdir(), 'nano-banana-fal-'));
		const more = ['--queue-delay', '0', '--tiny', '--json', '--authority', join(folder, 'ca.pem')];
		const args = ['--port', '0', ...more];
		const { child, announced } = await startAnnounced<Announced>('test/emulator/main.ts', args);
		return new FalProcess(child, announced, new EmulatorClient(announced.controlUrl), folder);
	}

	get key(): string {
		return this.announced.key;
	}

	/** What a program's environment needs to reach fal over a line. */
	async environmentFor(name: LineName): Promise<NodeJS.ProcessEnv> {
		const way = this.ways.get(name) ?? (await this.build(name));
		this.ways.set(name, way);
		return { HTTPS_PROXY: way.url, NODE_EXTRA_CA_CERTS: join(this.folder, 'ca.pem') };
	}

	private async build(name: LineName) {
		const { roundTrip, megabits } = lines[name];
		const rate = megabits === undefined ? [] : ['--megabits', String(megabits)];
		const args = [
			'--port',
			String(this.announced.port),
			'--round-trip',
			String(roundTrip),
			...rate,
		];
		const { child, announced } = await startAnnounced<{ url: string }>(
			'test/bench/line/main.ts',
			args,
		);
		return { child, url: announced.url };
	}

	/** Draws one image of the workload's size, so that the first request is like the others. */
	async warmUp(workload: Workload): Promise<void> {
		await this.client.setOptions({
			latency: 1,
			slots: 40,
			slotsLater: null,
			outputBytes: bytesOf(workload),
		});
		const url = `${this.announced.controlUrl}/fal.run/fal-ai/nano-banana-pro/edit`;
		const response = await fetch(url, {
			method: 'POST',
			headers: { authorization: `Key ${this.key}`, 'content-type': 'application/json' },
			body: JSON.stringify({ prompt: 'Warm up', image_urls: [await smallDataUri()] }),
		});
		if (!response.ok) throw new Error(`The emulator answered ${await response.text()}`);
	}

	/** Forgets what was and takes on the workload, with the time that fal itself takes to answer. */
	async prepare({ slots, later, seconds, line }: Workload): Promise<void> {
		await this.client.reset();
		const slotsLater = later ? { ...later, after: later.after * 1_000 } : null;
		await this.client.setOptions({ slots, slotsLater, latency: seconds * 1_000 });
		for (const [stage, ms] of Object.entries(lines[line].answers ?? {}))
			await this.client.faults.add({ stage: stage as 'initiate', kind: 'slow', ms });
	}

	async state(): Promise<EmulatorState> {
		return await this.client.state();
	}

	async reset(): Promise<void> {
		await this.client.reset();
	}

	stop(): void {
		this.child.kill();
		for (const { child } of this.ways.values()) child.kill();
		rmSync(this.folder, { recursive: true, force: true });
	}
}
