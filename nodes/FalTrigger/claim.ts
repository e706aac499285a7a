import type { IExecuteFunctions } from 'n8n-workflow';
import { attempt } from '../shared/flow/attempt';
import { CLAIM } from '../shared/limits';
import { pause } from '../shared/flow/pause';
import { ProcessedMemory } from '../shared/n8n/processedMemory';

/** The right of one run to deliver a request. */
export interface Claim {
	/** whether it is still ours once all that wrote at the same time have done so */
	holds(): Promise<boolean>;
	/** to be called when the request is delivered */
	done(): Promise<void>;
	/** to be called when this run does not deliver after all: the claim is no longer renewed */
	drop(): void;
}

/** What is claimed: a request, with the data of one order. */
export interface Claimed {
	requestId: string;
	nonce?: string;
}

/** Why a run has no such right: another one has delivered the request, or is at it. */
export type Refusal = 'delivered' | 'under way' | "another order's data";

const certain: Claim = {
	holds: async () => true,
	done: async () => undefined,
	drop: () => undefined,
};

/** What is remembered of a request while it is delivered; all but the last stay. */
function entriesOf({ requestId, nonce }: Claimed, executionId: string) {
	return {
		request: requestId,
		/** which run is at it */
		mine: `${requestId} by ${executionId}`,
		/** the data that came with it belongs to no other */
		order: nonce === undefined ? requestId : `order ${nonce}`,
		/** it is not delivered yet; who comes with other data does not take it over */
		open: [requestId, 'open', nonce].join(' ').trim(),
	};
}

type Entries = ReturnType<typeof entriesOf>;

/** Its run was there a moment ago; what a killed run leaves behind goes out of date. */
function aliveEntries({ request }: Entries) {
	const lease = Math.floor(Date.now() / CLAIM.lease);
	const aliveIn = (which: number) => `${request} alive in ${which}`;
	return { alive: aliveIn(lease), aliveBefore: aliveIn(lease - 1) };
}

type Signs = ReturnType<typeof aliveEntries>;

/** @returns why another run is to deliver, or undefined where that run has died */
function othersRight(entries: Entries, signs: Signs, known: string[]): Refusal | undefined {
	const { alive, aliveBefore } = signs;
	if (!known.includes(entries.open)) return 'delivered';
	return known.includes(alive) || known.includes(aliveBefore) ? 'under way' : undefined;
}

/** @returns why this run does not deliver, if it does not */
function refusalOf(entries: Entries, signs: Signs, known: string[]): Refusal | undefined {
	// The same run once more: n8n's Retry On Fail.
	if (known.includes(entries.mine)) return undefined;
	if (known.includes(entries.request)) return othersRight(entries, signs, known);
	return known.includes(entries.order) ? "another order's data" : undefined;
}

/** Those of this process: they live, however late a busy database hears of it. */
const living = new Set<MadeClaim>();

/** The claim that a run has made: it lives as long as the run does, however long that delivers. */
class MadeClaim implements Claim {
	private readonly ended = new AbortController();
	/** every sign of life that was entered */
	private readonly signs = new Set<string>();
	private enteredAt = Date.now();

	constructor(
		private readonly memory: ProcessedMemory,
		private readonly entries: Entries,
		{ alive, aliveBefore }: Signs,
		/** whether another run was at it, and has died */
		private readonly follows: boolean,
		private readonly signal?: AbortSignal,
	) {
		this.signs.add(alive).add(aliveBefore);
		living.add(this);
		void attempt(async () => await this.renew());
	}

	/** Whether another run is to make the same claim. */
	isRivalOf(memory: ProcessedMemory, { open, mine }: Entries): boolean {
		const isSame = memory.key === this.memory.key && open === this.entries.open;
		return isSame && mine !== this.entries.mine;
	}

	private async renew(): Promise<void> {
		for (;;) {
			await pause(CLAIM.lease / 3, this.ended.signal);
			const { alive } = aliveEntries(this.entries);
			// Each time, since a run that finds itself refused takes back what it has entered. A database that is away for a moment: the next time is soon enough.
			await attempt(async () => await this.memory.enter(alive));
			this.signs.add(alive);
		}
	}

	async holds(): Promise<boolean> {
		const { request, mine, order, open } = this.entries;
		await pause(Math.max(0, this.enteredAt + CLAIM.settle - Date.now()), this.signal);
		const { alive } = aliveEntries(this.entries);
		const left = await this.memory.enter(request, mine, order, open, alive);
		this.signs.add(alive);
		if (left.includes(request)) return left.includes(mine) && !(await this.isDelivered(left));
		this.enteredAt = Date.now();
		return await this.holds();
	}

	/** Whether the run that counted as dead was only held up, and has delivered all the same. */
	private async isDelivered(left: string[]): Promise<boolean> {
		const { open } = this.entries;
		if (!this.follows || left.includes(open)) return false;
		await this.memory.forget(open);
		return true;
	}

	async done(): Promise<void> {
		this.drop();
		const forget = async () => await this.memory.forget(this.entries.open, ...this.signs);
		await forget();
		// A process that had read before can write the entries back: they are taken out of that, too.
		void pause(CLAIM.settle)
			.then(forget)
			.catch(() => undefined);
	}

	drop(): void {
		living.delete(this);
		this.ended.abort();
	}
}

/**
 * Claims the delivery of a request for this run. n8n's memory is read and written, never compared and
 * set, so runs in two processes can both find it empty and overwrite each other. Who writes last wins:
 * each enters its own name beside the request's, and looks once more when every other write of that
 * moment is done (Fischer's algorithm). A write for another request can wipe the entries out; then they
 * are made anew.
 *
 * @returns why there is none, when another run delivers. A run that was killed has lost its claim after
 * a while, since fal, which got no answer, then calls again.
 */
export async function claimDelivery(
	ctx: IExecuteFunctions,
	claimed: Claimed,
	signal?: AbortSignal,
): Promise<Claim | Refusal> {
	// A test is there to be repeated, and n8n's "Retry execution" is asked for by a person.
	if (ctx.getMode() !== 'webhook' || !ctx.helpers.checkProcessedAndRecord) return certain;
	const memory = new ProcessedMemory(ctx, CLAIM.kept);
	const entries = entriesOf(claimed, ctx.getExecutionId());
	if ([...living].some((claim) => claim.isRivalOf(memory, entries))) return 'under way';
	const { mine, order, open } = entries;
	const signs = aliveEntries(entries);
	// All in one look: between two the other run may end, and take all of its signs away.
	const entered = [entries.request, mine, order, open, signs.alive, signs.aliveBefore];
	const known = await memory.enter(...entered);
	const refusal = refusalOf(entries, signs, known);
	const follows = known.includes(entries.request) && !known.includes(mine);
	if (!refusal) return new MadeClaim(memory, entries, signs, follows, signal);
	await memory.forget(...entered.filter((entry) => !known.includes(entry)));
	return refusal;
}
