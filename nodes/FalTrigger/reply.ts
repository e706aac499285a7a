import type { IExecuteFunctions } from 'n8n-workflow';
import { CALLBACK } from '../shared/limits';
import { pause } from '../shared/flow/pause';

/**
 * The answer to the callback that started this run. It goes out when the run has ended: should n8n be
 * killed before, fal has no answer and calls again.
 */
export class Reply {
	private sent = false;
	private readonly done = new AbortController();
	private readonly started = Date.now();

	constructor(private readonly ctx: IExecuteFunctions) {}

	/** From here on this run delivers, and a long one is not waited for. */
	soon(): void {
		const left = Math.max(0, this.started + CALLBACK.answer - Date.now());
		pause(left, this.done.signal).then(
			() => this.send(200, 'this request is being delivered'),
			() => undefined,
		);
	}

	/** The first answer counts. */
	send(statusCode: 200 | 401 | 503, message: string): void {
		this.done.abort();
		if (this.sent) return;
		this.sent = true;
		this.ctx.sendResponse({ statusCode, headers: {}, body: { message } });
	}
}
