import { POLL, UNKNOWN_REQUEST_TRIES } from '../../limits';
import { isPassing, isShutOut, type FailureFacts } from '../failure';
import { pauseBeforeTry } from '../http/retries';

/** The steps from one look to the next. */
export class PollSchedule {
	private wait = POLL.first;
	private failed = 0;

	/** ms to the next look after one that found the request unfinished */
	afterFound(): number {
		this.failed = 0;
		const wait = this.wait;
		this.wait = Math.min(wait * POLL.growth, POLL.longest);
		return wait;
	}

	/** ms to the next look after one that failed; undefined when there is no point in another */
	afterFailure(facts: FailureFacts): number | undefined {
		this.failed += 1;
		const isDoubtful = facts.status === 404 || isShutOut(facts);
		const mayPass = isDoubtful ? this.failed < UNKNOWN_REQUEST_TRIES : isPassing(facts);
		return mayPass ? Math.max(this.wait, pauseBeforeTry(this.failed, facts)) : undefined;
	}
}
