import { Transform, type TransformCallback } from 'node:stream';

/** A way from one place to another, shared by all that is on it. */
export interface Way {
	/** ms that each byte is on it */
	ms: number;
	/** bytes that go onto it in a ms; without it, all at once */
	rate?: number;
	/** when it has taken all that was given to it so far, as `performance.now()` */
	freeAt: number;
}

/** The most of one connection that is on its way, so that a slow line slows its sender down. */
const WINDOW = 4 * 1024 * 1024;

/** Lets through what goes in, in order, as late as a line of this length does. */
export class Delay extends Transform {
	private onTheWay = 0;
	private waiting?: TransformCallback;
	private latest = 0;

	constructor(private readonly way: Way) {
		super({ highWaterMark: WINDOW });
	}

	/** When the line has carried so many bytes more to its end. */
	private arrival(bytes: number): number {
		const { way } = this;
		const start = Math.max(performance.now(), way.freeAt);
		if (way.rate) way.freeAt = start + bytes / way.rate;
		this.latest = Math.max(this.latest, (way.rate ? way.freeAt : start) + way.ms);
		return this.latest;
	}

	private at(time: number, run: () => void): void {
		setTimeout(run, Math.max(0, time - performance.now()));
	}

	override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
		this.onTheWay += chunk.length;
		this.at(this.arrival(chunk.length), () => {
			this.onTheWay -= chunk.length;
			if (!this.destroyed) this.push(chunk);
			const { waiting } = this;
			this.waiting = undefined;
			waiting?.();
		});
		if (this.onTheWay < WINDOW) done();
		else this.waiting = done;
	}

	override _flush(done: TransformCallback): void {
		this.at(this.arrival(0), () => done());
	}
}
