import { START_GRACE } from '../../limits';

/** What of a wait was too long: fal's queue, or fal's work. */
export type WaitPart = 'queue' | 'work';

/**
 * How long a request may still be waited for. Of two clocks one runs: in fal's queue that of the start
 * timeout, while fal works that of the timeout. A request whose machine died is in the queue again, and its
 * work counts on from where it stood: so both together are an end. As long as fal has not said where the
 * request stands, it may be at work. Read from `performance.now()`, which no setting of the clock changes.
 */
export class WaitClock {
	private part?: WaitPart;
	private since = performance.now();
	/** ms */
	private readonly rest: Record<WaitPart, number>;

	/** @param limits in s */
	constructor(limits: { timeout: number; startTimeout: number }) {
		// fal's own start timeout comes first: its word on it is final, and needs no cancel.
		this.rest = { queue: limits.startTimeout * 1_000 + START_GRACE, work: limits.timeout * 1_000 };
	}

	/** Takes note of where fal says that the request stands; other words than its two change nothing. */
	saw(status: string): void {
		const part = PARTS[status];
		if (!part || part === this.part) return;
		if (this.part) this.rest[this.part] = this.left();
		this.part = part;
		this.since = performance.now();
	}

	/** ms until the wait ends if nothing changes */
	left(): number {
		return Math.max(0, this.rest[this.current] - (performance.now() - this.since));
	}

	/** what is being waited for, as far as is known */
	get current(): WaitPart {
		return this.part ?? 'work';
	}
}

const PARTS: Record<string, WaitPart | undefined> = { IN_QUEUE: 'queue', IN_PROGRESS: 'work' };
