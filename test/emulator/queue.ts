import { cancelled, startTimeout } from './errors';
import type { FaultRule } from './faults';
import { runModel } from './model';
import { addLog, type LiveJob, type Outcome } from './outcome';
import type { JobState } from './types';
import { deliverWebhook } from './webhooks';
import type { World } from './world';

/** fal's queue: a key runs so many requests at once, the others wait their turn. */
export class Queue {
	private readonly live = new Map<string, LiveJob>();
	/** Waits that a prompt or a rule asked for. */
	private readonly latencies = new Map<string, FaultRule>();

	constructor(private readonly world: World) {}

	add(live: LiveJob, startTimeoutMs?: number): void {
		const { clock, settings, jobs } = this.world;
		if (jobs.length === 0) this.changeSlotsLater();
		jobs.push(live.job);
		this.live.set(live.job.id, live);
		addLog(live, 'Request queued');
		if (startTimeoutMs !== undefined) {
			live.stopTimeout = clock.after(startTimeoutMs, () =>
				this.finish(live, { failure: startTimeout() }),
			);
		}
		clock.after(settings.queueDelay, () => {
			live.ready = true;
			this.fill(live.job.key);
		});
	}

	private changeSlotsLater(): void {
		const { clock, settings } = this.world;
		const { slotsLater } = settings;
		if (!slotsLater) return;
		clock.after(slotsLater.after, () => {
			settings.slots = slotsLater.slots;
			for (const key of new Set(this.all().map(({ job }) => job.key))) this.fill(key);
		});
	}

	get(id: string): LiveJob | undefined {
		return this.live.get(id);
	}

	all(): LiveJob[] {
		return [...this.live.values()];
	}

	/** How many requests start before this one. */
	position(live: LiveJob): number {
		return this.waiting().indexOf(live) + this.world.settings.othersInQueue;
	}

	length(): number {
		return this.waiting().length + this.world.settings.othersInQueue;
	}

	/** False when it came too late. */
	cancel(live: LiveJob): boolean {
		if (live.job.state === 'COMPLETED') return false;
		live.job.cancelRequestedAt ??= Date.now();
		const runsOn =
			live.job.state === 'IN_PROGRESS' && this.world.settings.cancelRunning === 'finish';
		if (!runsOn) this.finish(live, { failure: cancelled() });
		return true;
	}

	clear(): void {
		for (const live of this.live.values()) live.abandoned = true;
		this.live.clear();
	}

	/** The endpoint's queue in its order: first come, first served, those of low priority last. */
	private waiting(): LiveJob[] {
		const waiting = [...this.live.values()].filter(({ job }) => job.state === 'IN_QUEUE');
		const low = ({ job }: LiveJob) => Number(job.priority === 'low');
		return waiting.sort((a, b) => low(a) - low(b));
	}

	private fill(key: string): void {
		const mine = [...this.live.values()].filter(({ job }) => job.key === key);
		let free =
			this.world.settings.slots - mine.filter(({ job }) => job.state === 'IN_PROGRESS').length;
		for (const live of this.waiting()) {
			if (free <= 0) return;
			if (live.job.key !== key || !live.ready || this.isStuck(live)) continue;
			free -= 1;
			void this.run(live);
		}
	}

	private isStuck({ job, prompt }: LiveJob): boolean {
		const rule = this.world.faults.take('queue', 'queue', { text: prompt, requestId: job.id });
		if (rule?.kind !== 'latency') return rule !== undefined;
		this.latencies.set(job.id, rule);
		return false;
	}

	private async run(live: LiveJob): Promise<void> {
		live.stopTimeout?.();
		live.job.startedAt = Date.now();
		this.move(live, 'IN_PROGRESS');
		addLog(live, 'Runner started');
		const { clock, settings } = this.world;
		const { ms = 0, until } = this.latencies.get(live.job.id) ?? { ms: settings.latency };
		const [outcome] = await Promise.all([runModel(this.world, live), clock.wait(ms, until)]);
		if (live.job.state === 'IN_PROGRESS') this.finish(live, outcome);
	}

	private finish(live: LiveJob, outcome: Outcome): void {
		if (live.abandoned) return;
		const { job } = live;
		live.stopTimeout?.();
		live.outcome = outcome;
		job.completedAt = Date.now();
		job.billed = 'output' in outcome;
		job.images = 'output' in outcome ? outcome.count : 0;
		job.units = 'output' in outcome ? outcome.units : 0;
		job.resultStatus = 'failure' in outcome ? outcome.failure.status : 200;
		addLog(live, 'Request completed');
		this.move(live, 'COMPLETED');
		this.fill(job.key);
		// A drawing that failed shows on the result route; here it only leaves nothing to post.
		const delivering = deliverWebhook(this.world, live).catch(() => undefined);
		void delivering.then(() => (job.webhookEndedAt = Date.now()));
	}

	private move(live: LiveJob, state: JobState): void {
		live.job.state = state;
		for (const listener of live.listeners) listener();
	}
}
