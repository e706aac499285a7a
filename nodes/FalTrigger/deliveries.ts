import type { KeyObject } from 'crypto';
import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import type { CallbackData } from '../shared/fal/webhooks/callbackData';
import type { Arrival } from '../shared/fal/webhooks/webhookOrders';
import { attempt } from '../shared/flow/attempt';
import { pause } from '../shared/flow/pause';
import { RecentMap } from '../shared/flow/recentMap';
import { CALLBACK, CALLBACK_RUNS, DELIVERIES_KEPT, KEY_SET } from '../shared/limits';

export type Response = ReturnType<IWebhookFunctions['getResponseObject']>;

/** Which requests a look into fal's history is for: those that this workflow has submitted, or all. */
export type Wanted = 'workflow' | 'all';

/** A finished request that is worth a run, as an item of it, and what came along with its submit. */
export interface Callback {
	request_id: string;
	callback_data: CallbackData;
	/** how fal has called; none for one that was found in fal's history */
	arrival?: Arrival;
	/** for what the history was read */
	wanted?: Wanted;
}

/** What fal is told. After anything but 200 it calls again. */
export interface Answer {
	status: 200 | 400 | 401 | 404 | 503;
	message: string;
}

export const answer = (status: Answer['status'], message: string): Answer => ({ status, message });

export const THANKS = answer(200, 'thank you');
export const CALL_AGAIN = answer(503, 'this request is not delivered yet');

/** Of which trigger something is: two know nothing of each other. */
export const triggerOf = (ctx: Pick<IExecuteFunctions, 'getWorkflow' | 'getNode'>) =>
	`${ctx.getWorkflow().id} ${ctx.getNode().id}`;

/** The delivery of one request by one trigger, from its first callback on. */
export class Delivery {
	/** settled when fal has been asked whether the request is this account's, and finished */
	checked: Promise<void> = Promise.resolve();
	/** whether fal has answered about it */
	isChecked = false;
	private current: 'open' | 'delivered' | 'again' | 'refused' = 'open';
	private readonly since = Date.now();
	private readonly calls = new Map<Response, AbortController>();

	constructor(
		readonly callback: Callback,
		private readonly fittingKeys: KeyObject[],
	) {}

	get state() {
		return this.current;
	}

	/** fal's keys, one of which has signed the callback, as long as they may be kept. */
	get keys(): KeyObject[] {
		return this.since > Date.now() - KEY_SET.kept ? this.fittingKeys : [];
	}

	/** To be called where its run goes without it: it goes with the next, or is called for again. */
	putOff(): void {
		if (this.current === 'open') this.current = 'again';
	}

	/** @returns whether it is this caller's to deliver: no run has it, or has had it */
	takeUp(): boolean {
		if (this.current !== 'again') return false;
		this.current = 'open';
		return true;
	}

	/**
	 * Keeps a call waiting for what comes of the request, for about as long as fal waits.
	 *
	 * @param cameAt ms since 1970
	 */
	hold(response: Response, cameAt: number): void {
		const isAnswered = new AbortController();
		this.calls.set(response, isAnswered);
		pause(Math.max(0, cameAt + CALLBACK.held - Date.now()), isAnswered.signal).then(
			() => this.tell(response, CALL_AGAIN),
			() => undefined,
		);
	}

	/** @returns whether the call was still waiting: then it is left to n8n */
	release(response: Response): boolean {
		this.calls.get(response)?.abort();
		return this.calls.delete(response);
	}

	/** To be called where no run has delivered it: it is not judged anew when it comes again. */
	callAgain(): void {
		this.putOff();
		this.tellAll(CALL_AGAIN);
	}

	/** Tells all who have called. After another answer than 200 the next call is judged anew. */
	end(told: Answer): void {
		if (this.current !== 'delivered') this.current = told.status === 200 ? 'delivered' : 'refused';
		this.tellAll(told);
	}

	private tellAll(told: Answer): void {
		for (const response of [...this.calls.keys()]) this.tell(response, told);
	}

	private tell(response: Response, { status, message }: Answer): void {
		if (this.release(response)) response.status(status).json({ message });
	}
}

/** Waits until fal was asked about each, but not for long: one that hangs is in nobody's way. */
export async function checksOf(deliveries: Delivery[]): Promise<void> {
	const isOver = new AbortController();
	const all = Promise.all(deliveries.map(async ({ checked }) => await checked));
	const late = attempt(async () => await pause(CALLBACK_RUNS.checks, isOver.signal));
	await Promise.race([all, late]);
	isOver.abort();
}

/**
 * What this process knows of deliveries. What comes in by several processes, or after a restart, is settled
 * in n8n's database (claims.ts). Runs keep nothing in the node's static data: n8n writes that as a whole, and would
 * set back what a polling trigger of the same workflow has just noted there.
 */
class Deliveries {
	private readonly known = new RecentMap<string, Delivery>(DELIVERIES_KEPT);
	/** by request, the execution of this process that is at it */
	private readonly executions = new Map<string, string>();

	/** @returns the delivery that is under way, was made, or is to be tried again */
	find(trigger: string, requestId: string): Delivery | undefined {
		const found = this.known.get(`${trigger} ${requestId}`);
		return found?.state === 'refused' ? undefined : found;
	}

	/** To be called before anything is waited for. */
	open(trigger: string, callback: Callback, keys: KeyObject[]): Delivery {
		const delivery = new Delivery(callback, keys);
		this.known.set(`${trigger} ${callback.request_id}`, delivery);
		return delivery;
	}

	/** @returns whether no other execution of this process is at the request */
	take(trigger: string, requestId: string, executionId: string): boolean {
		const key = `${trigger} ${requestId}`;
		const taken = this.executions.get(key) ?? executionId;
		this.executions.set(key, taken);
		return taken === executionId;
	}

	leave(trigger: string, requestId: string, executionId: string): void {
		const key = `${trigger} ${requestId}`;
		if (this.executions.get(key) === executionId) this.executions.delete(key);
	}
}

export const deliveries = new Deliveries();
