import { pause } from './pause';

/** Ends something after a time that can be set anew while it runs. */
export class Fuse {
	private readonly end = new AbortController();
	private turn = new AbortController();

	/** aborted once the time is up */
	readonly signal = this.end.signal;

	/** @param ms from now, in place of what was left */
	set(ms: number): void {
		this.turn.abort();
		this.turn = new AbortController();
		pause(ms, this.turn.signal).then(
			() => this.end.abort(),
			() => undefined,
		);
	}

	/** Ends it now. */
	blow(): void {
		this.turn.abort();
		this.end.abort();
	}
}
