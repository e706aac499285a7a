import { ACCOUNTS_KNOWN, FIRST_TURNS, TURN_SETTLES } from '../limits';
import { attempt } from './attempt';
import { orAborted, pause } from './pause';
import { RecentMap } from './recentMap';

/** Where one request of an account stands; one that is `passed over` waits for something else than its turn. */
type Stand = 'outside' | 'asking' | 'sending' | 'waiting' | 'passed over' | 'running' | 'gone';

/** One request among those of its account. */
class Seat {
	stand: Stand = 'outside';
	/** when it was let in, was known to be in the queue, and began, as counts of what has happened */
	entered = 0;
	queued = 0;
	began?: number;
	private enter = () => {};

	constructor(
		private readonly turns: Turns,
		readonly owner: object,
		private readonly signal?: AbortSignal,
	) {}

	/**
	 * Sends the request once the account has room for it. One that fails needs no room while it is looked for.
	 *
	 * @throws what `task` throws, and the signal's reason once it is aborted
	 */
	async send<T>(task: () => Promise<T>): Promise<T> {
		const admitted = new Promise<void>((resolve) => (this.enter = resolve));
		this.turns.ask(this);
		const sent = await attempt(async () => {
			await orAborted(admitted, this.signal);
			return await task();
		});
		if ('error' in sent) {
			this.leave();
			throw sent.error;
		}
		this.saw('IN_QUEUE');
		return sent.value;
	}

	admit(moment: number): void {
		this.stand = 'sending';
		this.entered = moment;
		this.enter();
	}

	/** Takes note of a status: `IN_QUEUE`, `IN_PROGRESS` or `COMPLETED`; other words change nothing. */
	saw(status: string): void {
		if (this.stand === 'gone') return;
		if (status === 'IN_QUEUE') this.turns.wait(this);
		if (status === 'IN_PROGRESS') this.turns.begin(this);
		if (status === 'COMPLETED') this.turns.end(this);
	}

	/** Gives the place free, whatever became of the request. */
	leave(): void {
		if (this.stand !== 'gone') this.turns.drop(this);
	}
}

export type Place = Pick<Seat, 'send' | 'saw' | 'leave'>;

/**
 * Keeps at fal what an account can take: what runs, and as many that wait behind. How many run at once is seen
 * in what begins and ends. While requests begin without another having ended, fal has free slots and gets twice
 * as many as run; where fewer run while some wait, the account has become smaller.
 */
export class Turns {
	private readonly seats = new Set<Seat>();
	/** how many run at once, as far as has been seen */
	private slots = 0;
	/** whether the latest began without another having ended to make room for it */
	private hasFree = false;
	/** whether one has waited as long as another ran: until then what ran at once may have been all there was */
	private isMet = false;
	/** since each slot has last had its turn: the most that ran, how many have ended, and whether some waited all the while */
	private round = { most: 0, ended: 0, waited: false };
	/** counts what has happened */
	private now = 0;
	private lastEnd = 0;

	/** @param defer runs something a moment later */
	constructor(
		private readonly defer: (run: () => void) => void = (run) =>
			void pause(TURN_SETTLES).then(run, run),
	) {}

	/**
	 * @param owner for whom it is: who has the fewest requests at fal is next
	 * @param signal ends the wait for a turn
	 */
	place(owner: object, signal?: AbortSignal): Place {
		return new Seat(this, owner, signal);
	}

	ask(seat: Seat): void {
		seat.stand = 'asking';
		this.seats.add(seat);
		this.admit();
	}

	wait(seat: Seat): void {
		const { stand } = seat;
		// One that had begun has its old place in the queue, which no other could take.
		if (stand === 'running') seat.stand = 'passed over';
		if (stand !== 'outside' && stand !== 'sending') return;
		seat.stand = 'waiting';
		seat.queued = this.now += 1;
		this.seats.add(seat);
	}

	/** A beginning may be heard of before the end that made room for it, so it counts a moment later. */
	begin(seat: Seat): void {
		seat.began ??= this.now += 1;
		this.defer(() => {
			if (seat.stand !== 'gone' && seat.stand !== 'running') this.run(seat);
			this.admit();
		});
	}

	end(seat: Seat): void {
		const { stand, began = 0 } = seat;
		if (stand === 'running') {
			this.isMet ||= this.all('waiting').some(({ queued }) => queued < began);
			this.round.ended += 1;
		}
		// One that was over before it was seen to run tells nothing of who waits, only that there was a slot.
		else this.run(seat);
		this.lastEnd = this.now;
		this.drop(seat);
	}

	drop(seat: Seat): void {
		seat.stand = 'gone';
		this.seats.delete(seat);
		if (this.round.ended > 0 && this.round.ended >= this.round.most) this.closeRound();
		this.admit();
	}

	private run(seat: Seat): void {
		this.now += 1;
		this.hasFree = seat.entered > this.lastEnd;
		// fal takes them in turn: who waited before this one was sent waits for something else.
		for (const other of this.all('waiting'))
			if (other.queued < seat.entered) other.stand = 'passed over';
		seat.stand = 'running';
		this.seats.add(seat);
		const running = this.count('running');
		this.slots = Math.max(this.slots, running);
		this.round.most = Math.max(this.round.most, running);
		const waits = this.count('waiting') > 0;
		this.round.waited &&= waits;
		if (this.hasFree && !waits) this.isMet = false;
	}

	private closeRound(): void {
		if (this.round.waited) this.slots = this.round.most;
		const waited = this.count('waiting') > 0;
		this.round = { most: this.count('running'), ended: 0, waited };
	}

	private all(stand: Stand): Seat[] {
		return [...this.seats].filter((seat) => seat.stand === stand);
	}

	private count(stand: Stand): number {
		return this.all(stand).length;
	}

	private admit(): void {
		while (this.hasRoom()) {
			const next = this.next();
			if (!next) return;
			next.admit((this.now += 1));
		}
	}

	private hasRoom(): boolean {
		const [waiting, running] = [this.count('waiting'), this.count('running')];
		const line = this.count('sending') + waiting;
		if (!this.isMet && line + running < FIRST_TURNS) return true;
		return line < Math.max(this.slots, this.hasFree && waiting === 0 ? 2 * running : 0);
	}

	private next(): Seat | undefined {
		const held = (of: object) =>
			[...this.seats].filter(({ owner, stand }) => owner === of && stand !== 'asking').length;
		const [next] = this.all('asking').sort((one, other) => held(one.owner) - held(other.owner));
		return next;
	}
}

const accounts = new RecentMap<string, Turns>(ACCOUNTS_KNOWN);

/** The turns of all executions with an account's key: what one has learned of it, the next one begins with. */
export const turnsOf = (key: string): Turns => accounts.obtain(key, () => new Turns());
