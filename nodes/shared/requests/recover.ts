import { pause, within } from '../flow/pause';
import { historyPages, type HistoryQuery } from '../fal/account/history';
import { isNoAccess } from '../fal/account/platform';
import { FalFailure } from '../fal/failure';
import { originOf, type FalConnection } from '../fal/http/client';
import { HISTORY_PAGES, LOST_REQUEST } from '../limits';
import { areSameFields, withImageKeys, type RequestFields, type Sought } from './fingerprint';
import { processMemory } from './processMemory';

/** A request as fal's history has it. */
export interface Past {
	requestId: string;
	/** ms since 1970 by n8n's clock; NaN where fal does not tell */
	receivedAt: number;
	/** fal gave it up, or dropped it */
	isFree: boolean;
	/** with keys in place of the images' addresses */
	fields: RequestFields;
	output: unknown;
}

/** The account's requests as fal's history has them, the newest first. @throws FalFailure of stage `history` */
export async function* pastRequests(
	connection: FalConnection,
	query: HistoryQuery,
	signal?: AbortSignal,
): AsyncGenerator<Past> {
	const ownOrigin = originOf(connection);
	let pages = 0;
	for await (const { items, clock } of historyPages(connection, query, signal)) {
		// fal writes its times by its own clock.
		const ahead = clock === undefined ? 0 : clock - Date.now();
		for (const { request_id: requestId, json_output: output, ...past } of items) {
			const receivedAt = Date.parse(past.sent_at ?? '') - ahead;
			const isFree = (past.status_code ?? 0) >= 499;
			const fields = withImageKeys(past.json_input, ownOrigin);
			yield { requestId, receivedAt, isFree, fields, output };
		}
		if (++pages >= HISTORY_PAGES) return;
	}
}

const timeOf = (ms: number) => new Date(ms).toISOString();

/**
 * Which request of the history is the one that is looked for. Of equal ones it is the likeliest by its time; one
 * that is known to be another's is nobody's.
 */
export function findIn(past: Past[], sought: Sought): Past | undefined {
	if ('seed' in sought) return past.find(({ fields }) => fields.seed === sought.seed);
	if (processMemory.isSending(JSON.stringify(sought.fields))) return undefined;
	const apart = ({ receivedAt }: Past) => Math.abs(receivedAt - sought.at);
	return past
		.filter(({ isFree }) => !(isFree && sought.isLast))
		.filter(({ requestId }) => !processMemory.submitOf(requestId))
		.filter(({ receivedAt }) => receivedAt > sought.from && receivedAt < sought.to)
		.filter(({ fields }) => areSameFields(sought.fields, fields))
		.sort((a, b) => apart(a) - apart(b))[0];
}

interface Seeker {
	sought: Sought;
	/** when to give up, as `performance.now()`, which no setting of the clock changes */
	until: number;
	settle: (found?: Past) => void;
	fail: (reason: unknown) => void;
}

/**
 * Looks for requests in fal's history, which may list them late: all that one run looks for by the same pages, again
 * with growing pauses while anybody's time allows, and once at least.
 */
export class HistorySearch {
	private readonly seekers = new Set<Seeker>();
	private isLooking = false;
	private wake = () => {};

	constructor(
		private readonly connection: FalConnection,
		private readonly signal?: AbortSignal,
	) {}

	/**
	 * @param patience ms from now
	 * @returns undefined where there is none
	 * @throws FalFailure of stage `history` where it could not be read to its end; the signal's reason after a stop
	 */
	async find(sought: Sought, patience: number): Promise<Past | undefined> {
		return await new Promise((settle, fail) => {
			const until = performance.now() + patience;
			this.seekers.add({ sought, until, settle, fail });
			this.wake();
			if (!this.isLooking) void this.lookOn();
		});
	}

	private settle(seeker: Seeker, found?: Past): void {
		if (found) processMemory.noteSubmit(found.requestId);
		this.seekers.delete(seeker);
		seeker.settle(found);
	}

	private async lookOn(): Promise<void> {
		this.isLooking = true;
		try {
			// All that begin at this moment look by the same pages.
			await pause(LOST_REQUEST.gather, this.signal);
			for (let wait = LOST_REQUEST.first; ; wait = Math.min(wait * 2, LOST_REQUEST.longest)) {
				await this.lookOnce([...this.seekers]);
				if (this.seekers.size === 0) return;
				await this.rest(wait);
			}
		} catch (error) {
			for (const seeker of this.seekers) this.fail(seeker, error);
		} finally {
			this.isLooking = false;
		}
	}

	/** Waits for the next look, or until somebody comes who has not had one. */
	private async rest(wait: number): Promise<void> {
		const newcomer = new Promise<void>((resolve) => (this.wake = resolve));
		const left = Math.max(...[...this.seekers].map(({ until }) => until)) - performance.now();
		await Promise.race([newcomer, pause(Math.min(wait, Math.max(left, 0)), this.signal)]);
		await pause(LOST_REQUEST.gather, this.signal);
	}

	/** One deadline for all pages and tries: a history that hangs is left when nobody has time for it. */
	private async lookOnce(seekers: Seeker[]): Promise<void> {
		const left = Math.max(...seekers.map(({ until }) => until)) - performance.now();
		const over = new AbortController();
		const signal = this.signal ? AbortSignal.any([this.signal, over.signal]) : over.signal;
		const longest = Math.max(left, LOST_REQUEST.look);
		const read = (await within(longest, this.readFor(seekers, signal))) ?? {
			error: new FalFailure({ stage: 'history', network: 'TIMEOUT' }),
		};
		over.abort();
		this.signal?.throwIfAborted();
		if ('error' in read && !(read.error instanceof FalFailure)) throw read.error;
		const isShut = 'error' in read && isNoAccess(read.error);
		for (const seeker of seekers) {
			if (!this.seekers.has(seeker) || (!isShut && performance.now() < seeker.until)) continue;
			if ('error' in read) this.fail(seeker, read.error);
			else this.settle(seeker);
		}
	}

	private fail(seeker: Seeker, reason: unknown): void {
		this.seekers.delete(seeker);
		seeker.fail(reason);
	}

	private async readFor(seekers: Seeker[], signal: AbortSignal): Promise<void> {
		const start = timeOf(
			Math.min(...seekers.map(({ sought }) => sought.from)) - LOST_REQUEST.clockSkew,
		);
		const past: Past[] = [];
		const settle = (bySeed: boolean, seen: Past[]) => {
			for (const seeker of seekers) {
				if (!this.seekers.has(seeker) || 'seed' in seeker.sought !== bySeed) continue;
				const found = findIn(seen, seeker.sought);
				if (found) this.settle(seeker, found);
			}
		};
		for await (const one of pastRequests(this.connection, { start }, signal)) {
			past.push(one);
			settle(true, [one]);
		}
		settle(false, past);
	}
}
