import type { IExecuteFunctions } from 'n8n-workflow';
import { attempt } from '../shared/flow/attempt';
import { concurrencyLimit, type ConcurrencyLimit } from '../shared/flow/concurrencyLimit';
import { CLAIM } from '../shared/limits';
import { pause } from '../shared/flow/pause';

/** The right of one run to deliver a request. */
export interface Claim {
	/** whether it is still ours once all that wrote at the same time have done so */
	holds(): Promise<boolean>;
	/** to be called when the request is delivered */
	done(): Promise<void>;
}

/** Why a run has no such right: another one has delivered the request, or is at it. */
export type Refusal = 'delivered' | 'under way';

const certain: Claim = { holds: async () => true, done: async () => undefined };

/** One read and write at a time for a trigger in this process: then only other processes can come between. */
const turns = new Map<string, ConcurrencyLimit>();

/** n8n's memory of what was processed, which knows texts by their hash and belongs to this node. */
class Memory {
	private readonly inTurn: ConcurrencyLimit;

	constructor(private readonly ctx: IExecuteFunctions) {
		const key = `${ctx.getWorkflow().id} ${ctx.getNode().id}`;
		this.inTurn = turns.get(key) ?? concurrencyLimit(1);
		turns.set(key, this.inTurn);
	}

	/** @returns those of the texts that were in it before */
	async enter(...texts: string[]): Promise<string[]> {
		const { helpers } = this.ctx;
		const options = { mode: 'entries' as const, maxEntries: CLAIM.kept };
		const record = async () => await helpers.checkProcessedAndRecord(texts, 'node', options);
		for (let tried = 1; ; tried++) {
			const entered = await attempt(async () => await this.inTurn(record));
			if ('value' in entered) return entered.value.processed.map(String);
			// Two first entries at the same moment: the database takes one and refuses the other.
			if (tried >= CLAIM.tries) throw entered.error;
			await pause(CLAIM.pause * tried);
		}
	}

	async forget(...texts: string[]): Promise<void> {
		const { helpers } = this.ctx;
		const remove = async () => await helpers.removeProcessed(texts, 'node', { mode: 'entries' });
		await this.inTurn(remove);
	}
}

/** What is remembered of a request while it is delivered; the first two stay. */
function entriesOf(requestId: string, executionId: string) {
	const lease = Math.floor(Date.now() / CLAIM.lease);
	const aliveIn = (which: number) => `${requestId} alive in ${which}`;
	return {
		request: requestId,
		/** which run is at it */
		mine: `${requestId} by ${executionId}`,
		/** it is not delivered yet */
		open: `${requestId} open`,
		/** its run was there a moment ago; what a killed run leaves behind goes out of date */
		alive: aliveIn(lease),
		aliveBefore: aliveIn(lease - 1),
	};
}

type Entries = ReturnType<typeof entriesOf>;

/** @returns why another run is to deliver, or undefined where that run has died */
async function othersRight(
	memory: Memory,
	{ open, alive, aliveBefore }: Entries,
	known: string[],
): Promise<Refusal | undefined> {
	if (!known.includes(open)) return 'delivered';
	if (known.includes(alive)) return 'under way';
	return (await memory.enter(aliveBefore)).length > 0 ? 'under way' : undefined;
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
	requestId: string,
	signal?: AbortSignal,
): Promise<Claim | Refusal> {
	// A test is there to be repeated, and n8n's "Retry execution" is asked for by a person.
	if (ctx.getMode() !== 'webhook' || !ctx.helpers.checkProcessedAndRecord) return certain;
	const memory = new Memory(ctx);
	const entries = entriesOf(requestId, ctx.getExecutionId());
	const { request, mine, open, alive, aliveBefore } = entries;
	const known = await memory.enter(request, mine, open, alive);
	// The same run once more: n8n's Retry On Fail.
	const isNew = !known.includes(request) || known.includes(mine);
	const refusal = isNew ? undefined : await othersRight(memory, entries, known);
	if (refusal) {
		await memory.forget(...[mine, open, alive].filter((entry) => !known.includes(entry)));
		return refusal;
	}
	let enteredAt = Date.now();
	const holds = async (): Promise<boolean> => {
		await pause(Math.max(0, enteredAt + CLAIM.settle - Date.now()), signal);
		const left = await memory.enter(request, mine, open, alive);
		if (left.includes(request)) return left.includes(mine);
		enteredAt = Date.now();
		return await holds();
	};
	const forget = async () => await memory.forget(open, alive, aliveBefore);
	const done = async () => {
		await forget();
		// A process that had read before can write the entries back: they are taken out of that, too.
		void pause(CLAIM.settle)
			.then(forget)
			.catch(() => undefined);
	};
	return { holds, done };
}
