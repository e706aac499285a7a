import { useOf, type Use } from './processes';

const SAMPLE_MS = 50;

export interface Reading {
	/** memory before the run, and at most while it ran; bytes */
	idle: number;
	peak: number;
	/** ms of processor time while it ran */
	cpu: number;
}

/** Watches a tree of processes while something runs. */
export class Meter {
	private readonly before: Use;
	private peak: number;
	private readonly timer: NodeJS.Timeout;

	/** @param every ms between two looks, which are work too */
	constructor(
		private readonly roots: number[],
		every = SAMPLE_MS,
	) {
		this.before = useOf(roots);
		this.peak = this.before.rss;
		this.timer = setInterval(() => this.sample(), every);
	}

	private sample(): Use {
		const use = useOf(this.roots);
		this.peak = Math.max(this.peak, use.rss);
		return use;
	}

	stop(): Reading {
		clearInterval(this.timer);
		const { cpu } = this.sample();
		return { idle: this.before.rss, peak: this.peak, cpu: cpu - this.before.cpu };
	}
}
