import type { IExecuteFunctions } from 'n8n-workflow';
import { attempt } from '../shared/flow/attempt';
import { after } from '../shared/flow/pause';
import { CALLBACK, CALLBACK_RUNS, CLAIM } from '../shared/limits';
import { answer, CALL_AGAIN, type Answer, type Callback } from './deliveries';
import { runSlots, STATUSES_HEADER } from './runSlots';
import { triggerOf } from './trigger';

type AnswerTo = (requestId: string) => Answer;

const NOT_NOW = answer(503, 'fal Trigger cannot deliver this request now');

/**
 * What a run tells fal. Each call that waits in this process is told of its own request. The one that has
 * started the run n8n answers; where the run is on a worker, that answer carries those to all.
 */
export class Reply {
	private readonly deliveries;
	private readonly group;
	private isSent = false;
	private readonly over = new AbortController();

	constructor(
		private readonly ctx: IExecuteFunctions,
		private readonly callbacks: Callback[],
	) {
		this.deliveries = triggerOf(ctx).deliveries;
		this.group = runSlots.begin(this.deliveries, callbacks[0]!.request_id);
		// A look into fal's history waits as long as it takes.
		if (callbacks[0]!.arrival)
			after(CALLBACK.answer, this.over.signal, () => this.tellN8n(CALL_AGAIN));
	}

	private tellN8n({ status, message }: Answer, headers = {}): void {
		if (this.isSent) return;
		this.isSent = true;
		this.ctx.sendResponse({ statusCode: status, headers, body: { message } });
	}

	private tellAll(answerTo: AnswerTo): void {
		this.over.abort();
		const answers = this.callbacks.map(({ request_id }) => {
			const told = answerTo(request_id);
			this.deliveries.find(request_id)?.end(told.status === 503 ? CALL_AGAIN : told);
			return told;
		});
		this.tellN8n(answers[0]!, { [STATUSES_HEADER]: answers.map(({ status }) => status).join(',') });
		this.group?.free();
	}

	/** Does what a delivery cannot do without; where it fails, fal is to call again. */
	async orCallAgain<T>(work: () => Promise<T>): Promise<T> {
		const done = await attempt(work);
		if ('value' in done) return done.value;
		this.tellAll(() => NOT_NOW);
		throw done.error;
	}

	/**
	 * Answers when n8n has saved the run: one that is killed before has given no answer, and is called again.
	 * A workflow that goes on for long (behind a Wait node: for days) is not waited for; nor is any where n8n
	 * tells of no such moment (before 2.33).
	 *
	 * @param finish ends the delivery, and gives the answers
	 */
	async whenSaved(finish: () => Promise<AnswerTo>): Promise<void> {
		const end = async () => {
			if (!this.over.signal.aborted) this.tellAll(await finish());
		};
		if (!this.ctx.onExecutionFinish) return await end();
		this.ctx.onExecutionFinish(end);
		after(CALLBACK_RUNS.longest, this.over.signal, () => this.group?.free());
		after(CLAIM.longest, this.over.signal, () => void attempt(end));
	}
}
