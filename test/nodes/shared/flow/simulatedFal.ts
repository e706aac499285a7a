import { Turns } from '../../../../nodes/shared/flow/turns';

/** An account at fal, and the way there. Times in s. */
export interface World {
	rows: number;
	/** how many fal runs at once, by the time */
	slots: (now: number) => number;
	/** when that changes */
	changes?: number[];
	/** of one job */
	latency: (row: number) => number;
	/** a call to fal, as a submit */
	call: number;
	/** until a change is seen here */
	sight: number;
	/** the most rows under way, from the upload to the end */
	atOnce: number;
}

export const NEW_ACCOUNT: World = {
	rows: 42,
	slots: () => 2,
	latency: () => 35,
	call: 1,
	sight: 0.3,
	atOnce: 80,
};

const HEARD_LATER = 0.05;

/** Lets all that waits for a promise go on. */
export const settle = async () => {
	for (let round = 0; round < 12; round += 1) await Promise.resolve();
};

/** A time that passes only from one event to the next. In s. */
export class Clock {
	now = 0;
	private readonly events: Array<{ at: number; run: () => void }> = [];

	after(seconds: number, run: () => void): void {
		this.events.push({ at: this.now + seconds, run });
	}

	async runUntil(holds: () => boolean): Promise<void> {
		await settle();
		while (!holds()) {
			this.events.sort((a, b) => a.at - b.at);
			const next = this.events.shift();
			if (!next) throw new Error('Nothing happens any more');
			this.now = next.at;
			next.run();
			await settle();
		}
	}

	/** The turns of an account, by this clock. */
	turns(): Turns {
		return new Turns((run) => this.after(0.1, run));
	}
}

type Gate = Pick<Turns, 'place'>;

/** Lets everything in at once. */
const OPEN: Gate = {
	place: () => ({ send: async (task) => await task(), saw: () => {}, leave: () => {} }),
};

/** fal with its queue, and rows that go there by turns. */
export class SimulatedFal {
	/** how many waited at fal, at each change */
	readonly waits: Array<{ at: number; waiting: number }> = [];
	private readonly queue: Array<{ row: number; began: () => void; ended: () => void }> = [];
	private readonly start: number;
	private running = 0;

	constructor(
		readonly world: World,
		private readonly clock = new Clock(),
	) {
		this.start = clock.now;
	}

	/** s since the start */
	private get now(): number {
		return this.clock.now - this.start;
	}

	private after(seconds: number, run: () => void): void {
		this.clock.after(seconds, run);
	}

	private async pause(seconds: number): Promise<void> {
		await new Promise<void>((resolve) => this.after(seconds, resolve));
	}

	private fill(): void {
		while (this.running < this.world.slots(this.now)) {
			const next = this.queue.shift();
			if (!next) break;
			this.running += 1;
			next.began();
			this.after(this.world.latency(next.row), () => {
				this.running -= 1;
				next.ended();
				this.fill();
			});
		}
		this.waits.push({ at: this.now, waiting: this.queue.length });
	}

	/** One row from its turn to its end. */
	async edit(turns: Gate, row: number, owner: object): Promise<void> {
		const { call, sight } = this.world;
		const place = turns.place(owner);
		let ended = () => {};
		const end = new Promise<void>((resolve) => (ended = resolve));
		await place.send(async () => {
			await this.pause(call);
			// Heard after the beginning that it made room for.
			const completed = () => this.after(sight + HEARD_LATER, () => place.saw('COMPLETED'));
			this.queue.push({
				row,
				began: () => this.after(sight, () => place.saw('IN_PROGRESS')),
				ended: () => {
					completed();
					this.after(sight + HEARD_LATER, ended);
				},
			});
			this.fill();
		});
		await end;
		place.leave();
	}

	/** All rows, so many at once. */
	private async editAll(turns: Gate, rows: number, owner: object): Promise<void> {
		let next = 0;
		const lane = async () => {
			while (next < rows) await this.edit(turns, next++, owner);
		};
		await Promise.all(Array.from({ length: this.world.atOnce }, lane));
	}

	/** @returns when each of the executions had ended, in s */
	async run(turns: Gate, executions: number[] = [this.world.rows]): Promise<number[]> {
		const ends: number[] = [];
		for (const at of this.world.changes ?? []) this.after(at, () => this.fill());
		for (const [index, rows] of executions.entries())
			void this.editAll(turns, rows, {}).then(() => (ends[index] = this.now));
		await this.clock.runUntil(() => Object.keys(ends).length === executions.length);
		return ends;
	}

	/** How many were sent before the first could have ended. */
	mostSent(): number {
		return this.waits.filter(({ at }) => at <= this.world.latency(0)).length;
	}

	/** The most that waited at fal from a moment on. */
	mostWaiting(from = 0, to = Infinity): number {
		const seen = this.waits.filter(({ at }) => at >= from && at < to);
		return Math.max(0, ...seen.map(({ waiting }) => waiting));
	}

	/** The time below which nobody can do it: every slot works from the first call to the end. */
	async bound(): Promise<number> {
		const other = new SimulatedFal({ ...this.world, atOnce: this.world.rows });
		const [end = 0] = await other.run(OPEN);
		return end;
	}
}
