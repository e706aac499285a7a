import type { IWebhookFunctions } from 'n8n-workflow';
import { KNOCKS_KEPT } from '../shared/limits';

/** What this process knows of a request's callback: it is being looked into, or has started a run. */
type State = 'open' | 'taken';

/** Callbacks by trigger and request, oldest first. */
const states = new Map<string, State>();

export interface Knocks {
	state(): State | undefined;
	/** to be called before anything is waited for */
	open(): void;
	/** nothing came of it: the next callback for this request counts as the first */
	close(): void;
}

/**
 * Remembers in this process which requests have started a run. That is no more than a quick answer to
 * the usual repetition; claim.ts settles what comes in by several processes or after a restart. Not in
 * the node's static data: n8n writes that as a whole, and would set back what a polling trigger of the
 * same workflow has just noted there, which then orders its rows again.
 */
export function knocksOf(ctx: IWebhookFunctions, requestId: string): Knocks {
	const key = [ctx.getWorkflow().id, ctx.getNode().id, requestId].join(' ');
	const close = () => void states.delete(key);
	return {
		state: () => states.get(key),
		open: () => {
			states.set(key, 'open');
			const [oldest] = states.keys();
			if (states.size > KNOCKS_KEPT) states.delete(oldest!);
			// n8n answers once it has saved the run: only then is the request sure to be delivered.
			const response = ctx.getResponseObject();
			response.once('finish', () => {
				if (response.statusCode === 200 && states.has(key)) states.set(key, 'taken');
			});
			response.once('close', () => {
				if (states.get(key) === 'open') close();
			});
		},
		close,
	};
}
