import type { IExecuteFunctions } from 'n8n-workflow';
import { attempt } from '../shared/flow/attempt';
import { pause } from '../shared/flow/pause';
import { CLAIM } from '../shared/limits';
import { ProcessedMemory } from '../shared/n8n/processedMemory';
import { Claim, NOT_OURS } from './claim';
import type { Answer, Callback } from './deliveries';
import { triggerOf } from './trigger';

/**
 * The requests that a run may deliver, until fal has its answer. n8n's memory is read and written, never
 * compared and set, so runs in two processes can both find it empty and overwrite each other. Who writes
 * last wins: each enters its own name beside the request's, and looks once more when every other write of
 * that moment is done (Fischer's algorithm). A write for another request can wipe the entries out; then
 * they are made anew.
 */
export class Claims {
	private all: Claim[] = [];
	private readonly memory: ProcessedMemory;
	private readonly deliveries;
	private readonly executionId: string;
	private readonly ended = new AbortController();

	constructor(
		private readonly ctx: IExecuteFunctions,
		private readonly signal?: AbortSignal,
	) {
		this.memory = new ProcessedMemory(ctx, CLAIM.kept);
		this.deliveries = triggerOf(ctx).deliveries;
		this.executionId = ctx.getExecutionId();
	}

	/** @returns why the request is not this run's to deliver, if it is not */
	refusalOf(requestId: string): Answer | undefined {
		return this.all.find(({ request }) => request === requestId)?.refusal;
	}

	private get ours(): Claim[] {
		return this.all.filter(({ refusal }) => refusal === undefined);
	}

	/** A test is there to be repeated, and n8n's "Retry execution" is asked for by a person. */
	private get isCertain(): boolean {
		const isByItself = ['webhook', 'trigger'].includes(this.ctx.getMode());
		return !isByItself || !this.memory.isThere;
	}

	/**
	 * Claims requests, all in one look: between two another run may end, and take all of its signs away.
	 * The claim of a run that was killed is free after a while: fal, which got no answer, calls again, and what
	 * was found in its history is found again.
	 *
	 * @param others requests that are another workflow's
	 */
	async make(callbacks: Callback[], others = new Set<string>()): Promise<void> {
		this.all = callbacks.map((callback) => {
			const claim = new Claim(callback, this.executionId);
			if (others.has(claim.request)) claim.refusal = NOT_OURS.othersWorkflow;
			// Of a worker's own submits only the worker knows.
			if (!this.deliveries.isAsSubmitted(callback)) claim.refusal = NOT_OURS.othersData;
			return claim;
		});
		if (!this.isCertain) await this.orDrop(async () => await this.enter());
	}

	private async enter(): Promise<void> {
		for (const claim of this.ours) {
			// Those of this process live, however late a busy database hears of it.
			const isFree = this.deliveries.take(claim.request, this.executionId);
			if (!isFree) claim.refusal = NOT_OURS.underWay;
		}
		const entered = this.ours;
		const known = new Set(await this.memory.enter(...entered.flatMap((claim) => claim.texts())));
		const unclear = entered.filter((claim) => claim.isUnclear(known));
		const looked = await this.memory.knownOf(unclear.map(({ byLook }) => byLook));
		for (const text of looked) known.add(text);
		for (const claim of entered) claim.decide(known);
		const vain = entered.filter(({ refusal }) => refusal).flatMap((claim) => claim.texts());
		await this.memory.forget(...vain.filter((text) => !known.has(text)));
		void attempt(async () => await this.renew());
	}

	private async orDrop(ask: () => Promise<void>): Promise<void> {
		const asked = await attempt(ask);
		if ('value' in asked) return;
		this.drop();
		throw asked.error;
	}

	private async renew(): Promise<void> {
		for (;;) {
			await pause(CLAIM.lease / 3, this.ended.signal);
			// Asked each time, since a run that finds itself refused takes back what it has entered. Where the
			// database is away for a moment, the next time is soon enough.
			const alive = this.ours.map((claim) => claim.alive());
			await attempt(async () => await this.memory.enter(...alive));
		}
	}

	/** Looks what is still ours once all that wrote at the same time have done so; the rest is refused. */
	async settle(): Promise<void> {
		if (!this.isCertain) await this.orDrop(async () => await this.lookAgain(this.ours));
	}

	private async lookAgain(open: Claim[]): Promise<void> {
		if (open.length === 0) return;
		await pause(CLAIM.settle, this.signal);
		const left = new Set(await this.memory.enter(...open.flatMap((claim) => claim.texts())));
		for (const claim of open.filter(({ request }) => left.has(request))) {
			// The run that counted as dead was only held up, and has delivered all the same.
			const isDelivered = claim.follows && !left.has(claim.open);
			if (isDelivered) await this.memory.forget(...claim.openTexts);
			if (isDelivered || !left.has(claim.mine)) claim.refusal = NOT_OURS.underWay;
		}
		await this.lookAgain(open.filter(({ request }) => !left.has(request)));
	}

	/** To be called when the requests are delivered. */
	async done(): Promise<void> {
		this.drop();
		if (this.isCertain) return;
		const texts = this.ours.flatMap((claim) => [...claim.openTexts, ...claim.signs()]);
		const forget = async () => await this.memory.forget(...texts);
		await forget();
		// A process that had read before can write the entries back: they are taken out of that, too.
		void attempt(async () => {
			await pause(CLAIM.settle);
			await forget();
		});
	}

	/** To be called when this run does not deliver after all: its claims are no longer renewed. */
	drop(): void {
		this.ended.abort();
		for (const { request } of this.all) this.deliveries.leave(request, this.executionId);
	}
}
