import type { KeyObject } from 'crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import { areSame, type Arrival, type CallbackData } from '../shared/fal/webhooks/callbackData';
import { after, within } from '../shared/flow/pause';
import { RecentMap } from '../shared/flow/recentMap';
import { CALLBACK, CALLBACK_RUNS, DELIVERIES_KEPT, KEY_SET } from '../shared/limits';
import { processMemory } from '../shared/requests/processMemory';

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

type DeliveryState = 'open' | 'late' | 'again' | 'delivered' | 'refused';
type DeliveryEvent = 'passedOver' | 'takenUp' | 'delivered' | 'failed' | 'refused';

/** For each state of a delivery what each event makes of it; any other event changes nothing. */
const BECOMES: Record<DeliveryState, Partial<Record<DeliveryEvent, DeliveryState>>> = {
	// In a run, or waits for one.
	open: { passedOver: 'late', failed: 'again', delivered: 'delivered', refused: 'refused' },
	// fal had not told of it by when its run began: it goes with the next one.
	late: { takenUp: 'open', delivered: 'delivered', refused: 'refused' },
	// No run has it: it is taken up when fal calls again, or by a look into the history.
	again: { takenUp: 'open', passedOver: 'late', delivered: 'delivered', refused: 'refused' },
	delivered: {},
	// The next call is judged anew.
	refused: { delivered: 'delivered' },
};

/** What a run's answer says of its request. */
const OUTCOME: Record<Answer['status'], DeliveryEvent> = {
	...{ 200: 'delivered', 503: 'failed' },
	...{ 400: 'refused', 401: 'refused', 404: 'refused' },
};

/** The delivery of one request by one trigger, from its first callback on. */
export class Delivery {
	/** settled when fal has been asked whether the request is this account's, and finished */
	checked: Promise<void> = Promise.resolve();
	/** whether fal has answered about it */
	isChecked = false;
	private current: DeliveryState = 'open';
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

	/** Whether no run has it. */
	get isFree(): boolean {
		return BECOMES[this.current].takenUp !== undefined;
	}

	/** @returns whether the event has made another state of it */
	dispatch(event: DeliveryEvent): boolean {
		const next = BECOMES[this.current][event];
		this.current = next ?? this.current;
		return next !== undefined;
	}

	/**
	 * Keeps a call waiting for what comes of the request, for about as long as fal waits.
	 *
	 * @param cameAt ms since 1970
	 */
	hold(response: Response, cameAt: number): void {
		const isAnswered = new AbortController();
		this.calls.set(response, isAnswered);
		const left = Math.max(0, cameAt + CALLBACK.held - Date.now());
		after(left, isAnswered.signal, () => this.tell(response, CALL_AGAIN));
	}

	/** @returns whether the call was still waiting: then it is left to n8n */
	release(response: Response): boolean {
		this.calls.get(response)?.abort();
		return this.calls.delete(response);
	}

	/** Tells all who have called what has come of it. */
	end(told: Answer, event = OUTCOME[told.status]): void {
		this.dispatch(event);
		for (const response of [...this.calls.keys()]) this.tell(response, told);
	}

	private tell(response: Response, { status, message }: Answer): void {
		if (this.release(response)) response.status(status).json({ message });
	}
}

/** Waits until fal was asked about each, but not for long: one that hangs is in nobody's way. */
export async function checksOf(deliveries: Delivery[]): Promise<void> {
	const all = Promise.all(deliveries.map(async ({ checked }) => await checked));
	await within(CALLBACK_RUNS.checks, all);
}

/**
 * What this process knows of a trigger's deliveries. What comes in by several processes, or after a restart, is settled
 * in n8n's database (claims.ts). Runs keep nothing in the node's static data: n8n writes that as a whole, and would
 * set back what a polling trigger of the same workflow has just noted there.
 */
export class Deliveries {
	private readonly known = new RecentMap<string, Delivery>(DELIVERIES_KEPT);
	/** by the nonce of callback data, the request that it has come in with */
	private readonly owners = new RecentMap<string, string>(DELIVERIES_KEPT);
	/** by request, the execution of this process that is at it */
	private readonly executions = new Map<string, string>();

	/** @returns the delivery that is under way, was made, or is to be tried again */
	find(requestId: string): Delivery | undefined {
		const found = this.known.get(requestId);
		return found?.state === 'refused' ? undefined : found;
	}

	/** To be called before anything is waited for. */
	open(callback: Callback, keys: KeyObject[]): Delivery {
		const delivery = new Delivery(callback, keys);
		this.known.set(callback.request_id, delivery);
		return delivery;
	}

	/** Takes up what earlier runs were too early for. */
	takeUpLate(): Delivery[] {
		const late = [...this.known.values()].filter((one) => one.state === 'late' && one.isChecked);
		return late.filter((one) => one.dispatch('takenUp'));
	}

	/** Whether a callback comes in as its request was submitted, with no other request's data, as far as is known. */
	isAsSubmitted({ request_id, arrival }: Callback): boolean {
		if (!arrival) return true;
		const { arrival: submitted = arrival } = processMemory.submitOf(request_id) ?? {};
		const owner = this.owners.get(arrival.nonce ?? '') ?? request_id;
		return areSame(submitted, arrival) && owner === request_id;
	}

	/** Whether this process has submitted the request, with this data: then it is this account's. */
	isSubmittedHere({ request_id, arrival }: Callback): boolean {
		const submitted = processMemory.submitOf(request_id)?.arrival;
		return arrival?.nonce !== undefined && submitted !== undefined && areSame(submitted, arrival);
	}

	/** From here on the data with which a callback came in is its request's. */
	own({ request_id, arrival }: Callback): void {
		if (arrival?.nonce) this.owners.set(arrival.nonce, request_id);
	}

	/** @returns whether no other execution of this process is at the request */
	take(requestId: string, executionId: string): boolean {
		const taken = this.executions.get(requestId) ?? executionId;
		this.executions.set(requestId, taken);
		return taken === executionId;
	}

	leave(requestId: string, executionId: string): void {
		if (this.executions.get(requestId) === executionId) this.executions.delete(requestId);
	}
}
