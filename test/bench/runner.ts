import type { Measured } from './figures';
import { runSubject, withImages, type Run, type World } from './run';
import type { Subject, Workload } from './workloads';

const say = (text: string) => process.stderr.write(text);

/** Runs workloads one after the other: side by side they would measure each other. */
export class Runner {
	/** The workflow without node or loop knows only its images, so one run serves several workloads. */
	private readonly without = new Map<string, Run>();

	constructor(private readonly world: World) {}

	async run(workload: Workload): Promise<Measured> {
		const measured: Measured = { workload, runs: {}, failures: [] };
		const subjects: Subject[] = ['none', 'node', 'loop', 'bare'];
		await withImages(this.world, workload, async () => {
			for (const subject of subjects) {
				if (subject === 'node' || workload.against.includes(subject))
					await this.runInto(measured, subject);
			}
		});
		return measured;
	}

	private async runInto({ workload, runs, failures }: Measured, subject: Subject): Promise<void> {
		say(`${workload.name}, ${subject} …`);
		const start = Date.now();
		try {
			runs[subject] = await this.measure(subject, workload);
			say(` ${((Date.now() - start) / 1_000).toFixed(0)} s\n`);
		} catch (error) {
			failures.push(`${workload.name}, ${String(error)}`);
			say(` failed: ${String(error)}\n`);
		}
	}

	private async measure(subject: Subject, workload: Workload): Promise<Run> {
		const key = `${workload.items} ${workload.megabytes}`;
		const known = subject === 'none' ? this.without.get(key) : undefined;
		const run = known ?? (await runSubject(this.world, subject, workload));
		if (subject === 'none') this.without.set(key, run);
		return run;
	}
}
