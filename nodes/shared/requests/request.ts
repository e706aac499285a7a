import type { FailureFacts } from '../fal/failure';
import type { EditResult } from '../fal/queue/result';
import { addressesOf } from '../fal/queue/queue';
import type { Submitted } from '../fal/queue/submit';
import type { Sought } from './fingerprint';

/** fal's answer to a submit, as far as it stays true. */
export type Taken = Pick<Submitted, 'request_id' | 'status_url' | 'response_url' | 'cancel_url'>;

/**
 * What is known of one paid request. Each state has what it needs and nothing else, so that no two facts
 * can contradict each other.
 */
export type RequestState =
	/** fal has nothing of it; `attempt` counts the requests before it that fal gave up for free */
	| { status: 'new'; attempt: number }
	/** it has left this process, and there is no answer yet */
	| { status: 'submitting'; attempt: number; sought: Sought }
	/** it was sent, and nobody knows whether fal has it */
	| { status: 'unconfirmed'; attempt: number; sought: Sought; failure: FailureFacts }
	/** fal has it */
	| { status: 'submitted'; attempt: number; taken: Taken }
	/** fal has it, and was asked by us to drop it before it had begun */
	| { status: 'cancelling'; attempt: number; taken: Taken }
	/** fal gave its images; fal itself forgets them within the hour */
	| { status: 'finished'; attempt: number; taken: Taken; result: EditResult }
	/** its output is made; kept where no address leads to the images any more */
	| { status: 'delivered'; attempt: number; taken: Taken; output: unknown };

export type RequestEvent =
	/** it is about to leave this process, for the first time or again after a refusal */
	| { type: 'sent'; sought: Sought }
	/** fal says that it has taken it */
	| { type: 'taken'; taken: Taken }
	/** fal cannot have it: no connection was made, or it was clearly refused */
	| { type: 'refused' }
	/** no answer tells whether fal has it */
	| { type: 'lost'; sought: Sought; failure: FailureFacts }
	/** it is in fal's history, or another execution of this process has submitted it */
	| { type: 'found'; taken: Taken }
	/** we have asked fal to drop it while it waited in the queue */
	| { type: 'cancelAsked' }
	/** fal works on one that it was to drop: no cancel is free from here on */
	| { type: 'inProgress' }
	/** fal has dropped it as we had asked, before it cost anything */
	| { type: 'cancelled' }
	/** fal gave up on it for a reason of its own, which it never charges; a killed run may have seen that */
	| { type: 'failedForFree' }
	| { type: 'finished'; result: EditResult }
	| { type: 'delivered'; output: unknown };

type Status = RequestState['status'];
type StateOf<S extends Status> = Extract<RequestState, { status: S }>;
type EventOf<E extends RequestEvent['type']> = Extract<RequestEvent, { type: E }>;

/** For each state, the events that can be there and what each makes of it. */
export type Transitions = {
	[S in Status]: {
		[E in RequestEvent['type']]?: (state: StateOf<S>, event: EventOf<E>) => RequestState;
	};
};

type HasTaken = Extract<RequestState, { taken: Taken }>;

const submitted = ({ attempt }: RequestState, { taken }: { taken: Taken }): RequestState => ({
	...{ status: 'submitted', attempt, taken },
});
const again = ({ attempt }: RequestState): RequestState => ({
	...{ status: 'new', attempt: attempt + 1 },
});
const submitting = ({ attempt }: RequestState, { sought }: EventOf<'sent'>): RequestState => ({
	...{ status: 'submitting', attempt, sought },
});
const unconfirmed = ({ attempt }: RequestState, event: EventOf<'lost'>): RequestState => ({
	...{ status: 'unconfirmed', attempt, sought: event.sought, failure: event.failure },
});
const cancelling = ({ attempt, taken }: HasTaken): RequestState => ({
	...{ status: 'cancelling', attempt, taken },
});
const inProgress = ({ attempt, taken }: HasTaken): RequestState => ({
	...{ status: 'submitted', attempt, taken },
});
const finished = ({ attempt, taken }: HasTaken, event: EventOf<'finished'>): RequestState => ({
	...{ status: 'finished', attempt, taken, result: event.result },
});
const delivered = ({ attempt, taken }: HasTaken, event: EventOf<'delivered'>): RequestState => ({
	...{ status: 'delivered', attempt, taken, output: event.output },
});

/**
 * The rules about money, one a row:
 *
 * | state       | event         | becomes     | why                                                          |
 * | ----------- | ------------- | ----------- | ------------------------------------------------------------ |
 * | new         | sent          | submitting  | only a request that fal cannot have is sent                  |
 * | new         | lost          | unconfirmed | a killed run has begun to send it                            |
 * | new         | found         | submitted   | a killed run, or another one of this process, has sent it    |
 * | new         | failedForFree | new         | a killed run has begun the next one in its place             |
 * | submitting  | sent          | submitting  | again, after a refusal that took nothing                     |
 * | submitting  | taken         | submitted   | paid; from here on nothing is sent                           |
 * | submitting  | refused       | new         | nothing is paid                                              |
 * | submitting  | lost          | unconfirmed | it may be paid, so it is looked for and not sent again       |
 * | unconfirmed | found         | submitted   |                                                              |
 * | submitted   | cancelAsked   | cancelling  | a Stop or a time-out while it waits in fal's queue           |
 * | submitted   | failedForFree | new         | fal does not charge for failures of its own                  |
 * | submitted   | finished      | finished    |                                                              |
 * | submitted   | delivered     | delivered   | another visit has finished it meanwhile                      |
 * | cancelling  | cancelAsked   | cancelling  |                                                              |
 * | cancelling  | inProgress    | submitted   | it may be paid, and is not free any more                     |
 * | cancelling  | cancelled     | new         | dropped while it waited: nothing is paid                     |
 * | cancelling  | failedForFree | new         |                                                              |
 * | cancelling  | finished      | finished    | it had begun, is paid, and is delivered                      |
 * | cancelling  | delivered     | delivered   | the same, where no address leads to the images               |
 * | delivered   | delivered     | delivered   | another retry has made its output meanwhile                  |
 */
export const transitions: Transitions = {
	new: { sent: submitting, lost: unconfirmed, found: submitted, failedForFree: again },
	submitting: {
		sent: submitting,
		taken: submitted,
		refused: ({ attempt }) => ({ status: 'new', attempt }),
		lost: unconfirmed,
	},
	unconfirmed: { found: submitted },
	submitted: { cancelAsked: cancelling, failedForFree: again, finished, delivered },
	cancelling: {
		...{ cancelAsked: cancelling, inProgress, cancelled: again, failedForFree: again },
		...{ finished, delivered },
	},
	finished: {},
	delivered: { delivered },
};

export const NEW: RequestState = { status: 'new', attempt: 0 };

/**
 * What becomes of a request by an event. Pure.
 *
 * @throws Error for an event that cannot be in this state
 */
export function reduce(state: RequestState, event: RequestEvent): RequestState {
	const step = transitions[state.status][event.type] as
		| ((state: RequestState, event: RequestEvent) => RequestState)
		| undefined;
	if (step) return step(state, event);
	throw new Error(`a request that is ${state.status} cannot be ${event.type}`);
}

/** fal's answer, once fal is known to have the request. */
export const takenOf = (state: RequestState): Taken | undefined =>
	'taken' in state ? state.taken : undefined;

/** fal's answer of which only the id is certain; the addresses of a request follow from it. */
export const takenBy = (request_id: string, said: Partial<Taken> = {}): Taken => {
	const usual = addressesOf(request_id);
	return {
		request_id,
		status_url: said.status_url ?? usual.status_url,
		response_url: said.response_url ?? usual.response_url,
		cancel_url: said.cancel_url ?? usual.cancel_url,
	};
};
