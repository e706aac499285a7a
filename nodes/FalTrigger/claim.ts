import type { IExecuteFunctions } from 'n8n-workflow';
import { attempt } from '../shared/attempt';
import { CLAIM } from '../shared/limits';
import { pause } from '../shared/pause';

/** The right of one run to deliver a request. */
export interface Claim {
	/** whether it is still ours once all that wrote at the same time have done so */
	holds(): Promise<boolean>;
}

const certain: Claim = { holds: async () => true };

/**
 * Enters texts into n8n's memory of what was processed.
 *
 * @returns those that were in it before
 */
async function enter(ctx: IExecuteFunctions, entries: string[]): Promise<string[]> {
	const options = { mode: 'entries' as const, maxEntries: CLAIM.kept };
	for (let tried = 1; ; tried++) {
		const entered = await attempt(
			async () => await ctx.helpers.checkProcessedAndRecord(entries, 'node', options),
		);
		if ('value' in entered) return entered.value.processed.map(String);
		// Two first entries at the same moment: the database takes one and refuses the other.
		if (tried >= CLAIM.tries) throw entered.error;
		await pause(CLAIM.pause * tried);
	}
}

/**
 * Claims the delivery of a request for this run. n8n's memory is read and written, never compared and
 * set, so runs in two processes can both find it empty and overwrite each other. Who writes last wins:
 * each enters its own name beside the request's, and looks once more when every other write of that
 * moment is done (Fischer's algorithm). A write for another request can wipe the entries out; then they
 * are made anew.
 *
 * @returns undefined when another run has it. The same run again, after its worker died, has it still.
 */
export async function claimDelivery(
	ctx: IExecuteFunctions,
	requestId: string,
	signal?: AbortSignal,
): Promise<Claim | undefined> {
	// A test is there to be repeated, and n8n's "Retry execution" is asked for by a person.
	if (ctx.getMode() !== 'webhook' || !ctx.helpers.checkProcessedAndRecord) return certain;
	const mine = `${requestId} ${ctx.getExecutionId()}`;
	const entries = [requestId, mine];
	const known = await enter(ctx, entries);
	if (known.includes(mine)) return certain;
	if (known.includes(requestId)) return undefined;
	let enteredAt = Date.now();
	const holds = async (): Promise<boolean> => {
		await pause(Math.max(0, enteredAt + CLAIM.settle - Date.now()), signal);
		const left = await enter(ctx, entries);
		if (left.length > 0) return left.includes(mine);
		enteredAt = Date.now();
		return await holds();
	};
	return { holds };
}
