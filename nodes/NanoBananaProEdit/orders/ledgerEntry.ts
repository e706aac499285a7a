import type { FailureFacts } from '../../shared/fal/failure';
import type { EditResult } from '../../shared/fal/queue/queue';
import type { Submitted } from '../../shared/fal/queue/submit';
import type { ResultItem } from '../../shared/images/transfer/resultItems';
import type { OrderFields } from './sameOrder';

/** fal's answer to an order, as far as it stays true. */
export type Taken = Pick<Submitted, 'request_id' | 'status_url' | 'response_url' | 'cancel_url'>;

/** By what an order is found again whose answer was lost. */
export interface SentOrder {
	/** ms since 1970 */
	at: number;
	/** what was sent, shortened */
	input: OrderFields;
	/** set where a run that was killed has sent it: then `at` is when it was missed, and images stand as their keys */
	byKilledRun?: true;
}

/** What is known of one order of this execution, from the moment before it is sent to its delivery. */
export interface LedgerEntry {
	/** a run that was killed has begun to make it, and whether fal has it is not known */
	begun?: true;
	/** it leaves this process, and there is no answer yet */
	sent?: SentOrder;
	/** what fal said when it took it */
	taken?: Taken;
	/** it was sent, and whether fal has taken it is not known */
	inDoubt?: FailureFacts;
	/** what fal gave when it was finished: fal forgets results within the hour, and large ones within minutes */
	result?: EditResult;
	/** the output of a result that held its images itself, so that no address leads to them */
	items?: ResultItem[];
}
