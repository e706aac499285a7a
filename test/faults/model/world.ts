import { FalFailure, type FailureFacts } from '../../../nodes/shared/fal/failure';
import type { Submitted } from '../../../nodes/shared/fal/queue/submit';
import type { RequestFields } from '../../../nodes/shared/requests/fingerprint';
import { numbersFrom } from '../random/draw';
import { REFUSALS, type Execution, type Job } from './job';

const HOUR = 3_600_000;
const never = new Promise<never>(() => undefined);

/** fal, n8n's database and the clock, no larger than a request's states can tell. */
export class World {
	now = 1_000_000_000;
	readonly jobs: Job[] = [];
	readonly wrong: string[] = [];
	readonly journal = new Set<string>();
	/** how many names stay in the journal, the latest; where they are few, fal is done at once, and lists at once */
	journalKeeps = Infinity;
	/** what n8n knows by how much stands in its database */
	hasMadeRoom = false;
	/** counts the starts of n8n */
	life = 0;
	/** Nothing goes wrong any more: fal is done with all, and lists what it ever lists. */
	isCalm = false;
	/** how many requests rows may have that have this prompt, and no seed of their own */
	mayHave: (prompt: string) => number = () => 1;
	/** the call at which n8n dies */
	diesAt = Infinity;
	private calls = 0;
	die = () => {};
	readonly number: () => number;

	constructor(seed: number) {
		this.number = numbersFrom(seed);
	}

	below(count: number): number {
		return Math.floor(this.number() * count);
	}

	of<T>(...values: T[]): T {
		return values[this.below(values.length)]!;
	}

	/** Whether something goes wrong, once in so many times. */
	fails(times: number): boolean {
		return !this.isCalm && this.number() * times < 1;
	}

	complain(what: string): void {
		if (!this.wrong.includes(what)) this.wrong.push(what);
	}

	/** A call of a process: time passes, others come in between, and n8n may be stopped or die meanwhile. */
	async call(by: Execution): Promise<void> {
		for (let turns = this.below(4); turns > 0; turns--) await undefined;
		this.now += this.of(5, 300, 2_000);
		if (++this.calls === this.diesAt) {
			this.life++;
			// That fal had begun it, only the dead have heard.
			for (const job of this.jobs) if (job.end === 'dropped') job.billed = false;
			this.die();
		}
		if (++by.calls === by.stopsAt) by.stop.abort(new Error('stopped'));
		if (by.life !== this.life) await never;
	}

	private jobOf(id: string): Job {
		return this.jobs.find((job) => job.id === id)!;
	}

	private take({ life }: Execution, owner: string, fields: RequestFields): Job {
		const { now } = this;
		const isCalm = this.isCalm || this.journalKeeps < Infinity;
		const startsAt = now + (isCalm ? 0 : this.of(0, 0, 3_000, 20_000, 500_000));
		const endsAt = startsAt + (isCalm ? 0 : this.of(500, 500, 8_000, 500_000));
		const end = isCalm ? 'images' : this.of('images', 'images', 'images', 'failed', 'refused');
		const isListed = fields.sync_mode !== true;
		const job: Job = {
			...{
				id: `request-${this.jobs.length}`,
				owner,
				fields,
				life,
				receivedAt: now,
				startsAt,
				endsAt,
				end,
			},
			listedAt: isListed ? endsAt + (isCalm ? 0 : this.of(0, 0, 4_000, 200_000)) : Infinity,
			...{ billed: end !== 'failed', isCancelAsked: false, isSaidToWork: false },
		};
		this.jobs.push(job);
		return job;
	}

	/** What must hold before anything is sent: fal has nothing of the row that is paid, or may come to be. */
	private checkSend(owner: string, input: RequestFields): void {
		const isPaid = (job: Job) => job.billed || job.endsAt > this.now;
		const isAlike = ({ fields }: Job) =>
			fields.seed === undefined && fields.prompt === input.prompt;
		const rows = input.seed === undefined ? this.mayHave(input.prompt as string) : 1;
		// Of rows that nothing tells apart each takes any, also one that fal gave up, so only all can be counted.
		const others = this.jobs.filter((job) =>
			rows > 1 ? isAlike(job) && isPaid(job) : job.owner === owner && isPaid(job),
		);
		const given = rows > 1 ? this.jobs.filter((job) => isAlike(job) && !isPaid(job)).length : 0;
		if (others.length >= rows + given) this.complain('sent, though fal has one that is paid');
	}

	/** fal's client as it is for one request: sent again where it was put off. */
	async submit(
		by: Execution,
		owner: string,
		input: RequestFields,
		willSend: () => void,
	): Promise<Submitted> {
		for (let tries = 2; ; tries--) {
			willSend();
			if (by.stop.signal.aborted) this.complain('sent after a stop');
			this.checkSend(owner, input);
			await this.call(by);
			const fate = this.fails(2)
				? this.of('429', '401', 'no connection', 'lost before', 'lost after', 'lost after')
				: 'taken';
			const job =
				fate === 'taken' || fate === 'lost after' ? this.take(by, owner, input) : undefined;
			await this.call(by);
			if (fate === 'taken') return { request_id: job!.id } as Submitted;
			if (fate === '429' && tries > 0) continue;
			throw new FalFailure({ stage: 'submit', ...REFUSALS[fate] });
		}
	}

	async status(by: Execution, id: string): Promise<{ status: string }> {
		await this.call(by);
		const job = this.jobOf(id);
		if (this.fails(12)) throw new FalFailure({ stage: 'status', status: 500 });
		if (job.end === 'dropped' && job.endsAt <= this.now && this.fails(2))
			throw new FalFailure({ stage: 'status', status: 404 });
		if (job.endsAt <= this.now) return { status: 'COMPLETED' };
		// What comes after a Stop is not heard.
		job.isSaidToWork ||= job.startsAt <= this.now && !by.stop.signal.aborted;
		return { status: job.startsAt <= this.now ? 'IN_PROGRESS' : 'IN_QUEUE' };
	}

	/** @returns the id whose images these are */
	async result(by: Execution, id: string): Promise<string> {
		await this.call(by);
		const job = this.jobOf(id);
		const refuse = (facts: FailureFacts) => new FalFailure({ stage: 'result', ...facts });
		if (this.fails(12)) throw refuse({ network: 'ECONNRESET' });
		if (job.endsAt > this.now) throw refuse({ status: 400, body: 'still in progress' });
		const detail = [{ msg: job.end }];
		if (job.end === 'failed') throw refuse({ status: 500, body: { detail } });
		if (job.end === 'refused') throw refuse({ status: 422, body: { detail } });
		if (job.end === 'dropped') throw refuse({ status: this.of(499, 404), body: {} });
		// It keeps them an hour, and in its history what it has listed.
		if (job.endsAt + HOUR < this.now && job.listedAt > this.now) throw refuse({ status: 404 });
		return id;
	}

	async cancel(by: Execution, id: string): Promise<string> {
		const job = this.jobOf(id);
		job.isCancelAsked = true;
		await this.call(by);
		if (this.fails(8)) throw new FalFailure({ stage: 'cancel', network: 'ECONNRESET' });
		if (job.endsAt <= this.now) return 'ALREADY_COMPLETED';
		if (job.startsAt > this.now || this.fails(2)) {
			// What fal has said to be at work it may charge for, also where no images come of it.
			job.billed = job.startsAt <= this.now && job.isSaidToWork;
			[job.end, job.endsAt] = ['dropped', this.now];
		}
		await this.call(by);
		return 'CANCELLATION_REQUESTED';
	}

	enter(name: string): void {
		this.journal.add(name);
		if (this.journal.size <= this.journalKeeps) return;
		this.journal.delete([...this.journal][0]!);
		this.hasMadeRoom = true;
	}

	/** n8n has saved the execution. */
	save(by: Execution): void {
		by.isSaved = true;
		// What a retry has begun another retry of the same execution is to know.
		if (by.retriedSince === undefined) for (const name of by.entered) this.journal.delete(name);
	}

	/** A day later: all that fal works on is done, and what it ever lists stands in its history. */
	calmDown(): void {
		this.isCalm = true;
		this.now += 24 * HOUR;
		for (const job of this.jobs) {
			job.endsAt = Math.min(job.endsAt, this.now);
			if (job.listedAt !== Infinity) job.listedAt = this.now;
		}
	}
}
