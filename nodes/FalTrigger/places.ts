import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { CALLBACK_RUNS } from '../shared/limits';
import { attempt } from '../shared/flow/attempt';
import { orAborted, pause } from '../shared/flow/pause';

/** A callback that was let in, until it is answered and its run has ended. */
interface Guest {
	hasPlace: boolean;
	/** whether its run has begun in this process */
	hasBegun: boolean;
	/** aborted when its run has ended, where n8n tells of that */
	runEnds?: AbortController;
	/** what it does with a place, as long as it waits for one */
	enter?: () => void;
}

/** By trigger and request, in the order in which they came. */
const guests = new Map<string, Guest>();
/** Whether runs go to workers, as in queue mode: then this process has nothing to spare. */
let isElsewhere = false;

type Ctx = Pick<IWebhookFunctions | IExecuteFunctions, 'getWorkflow' | 'getNode'>;

const keyOf = (ctx: Ctx, requestId: string) =>
	[ctx.getWorkflow().id, ctx.getNode().id, requestId].join(' ');

const placesTaken = () => [...guests.values()].filter(({ hasPlace }) => hasPlace).length;

/** Gives the places that are free to those who wait. */
function letIn(): void {
	for (const guest of guests.values()) {
		if (!isElsewhere && placesTaken() >= CALLBACK_RUNS.atOnce) return;
		if (!guest.enter) continue;
		guest.hasPlace = true;
		guest.enter();
		guest.enter = undefined;
	}
}

/** To be told by each run that a callback has started, when it begins. */
export function runsHere(ctx: IExecuteFunctions, requestId: string): void {
	const guest = guests.get(keyOf(ctx, requestId));
	if (!guest) return;
	guest.hasBegun = true;
	isElsewhere = false;
	const runEnds = new AbortController();
	// Before 2.33 n8n does not tell.
	if (!ctx.onExecutionFinish) return;
	guest.runEnds = runEnds;
	ctx.onExecutionFinish(() => runEnds.abort());
}

export interface Admission {
	/**
	 * Waits for a place for the run of this callback.
	 *
	 * @param signal ends the wait
	 * @returns whether there is one
	 */
	place(signal: AbortSignal): Promise<boolean>;
}

/**
 * Lets a callback in, until it is answered and its run has ended. n8n starts every run at once, each with
 * an expression engine of its own, and each callback has one, too, while it waits: 40 edits that end
 * together were 80 of them.
 *
 * @returns undefined where so many are in that this one is to come again
 */
export function admit(ctx: IWebhookFunctions, requestId: string): Admission | undefined {
	const { atOnce, next, wait } = CALLBACK_RUNS;
	const response = ctx.getResponseObject();
	const isFull = !isElsewhere && guests.size >= atOnce + next;
	// fal has hung up already, and no event would tell.
	if (isFull || response.destroyed) return undefined;
	const key = keyOf(ctx, requestId);
	const guest: Guest = { hasPlace: false, hasBegun: false };
	const leave = async () => {
		// n8n tells a trigger nothing of its mode; a run that was answered for and never began here does.
		const isAnswered = response.writableEnded && response.statusCode === 200;
		if (guest.hasPlace && !guest.hasBegun && isAnswered) isElsewhere = true;
		// A run that was answered for while it delivers takes its memory until it has ended.
		const { runEnds } = guest;
		if (runEnds) await attempt(async () => await pause(CALLBACK_RUNS.longest, runEnds.signal));
		if (guests.get(key) === guest) guests.delete(key);
		letIn();
	};
	guests.set(key, guest);
	// fal may hang up before the answer: then there is no other event.
	response.once('close', () => void leave());
	const place = async (signal: AbortSignal) => {
		const entered = new Promise<void>((resolve) => (guest.enter = resolve));
		letIn();
		const limit = AbortSignal.any([signal, AbortSignal.timeout(wait)]);
		await attempt(async () => await orAborted(entered, limit));
		guest.enter = undefined;
		// Without fal at the other end nothing is started: it calls again.
		return guest.hasPlace && !response.destroyed;
	};
	return { place };
}
