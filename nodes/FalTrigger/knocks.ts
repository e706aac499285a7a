import type { IWebhookFunctions } from 'n8n-workflow';
import { KNOCKS } from '../shared/limits';

/** What this process knows of a request's callback: its run has not answered yet, or is done. */
interface Known {
	state: 'open' | 'taken';
	/** ms since 1970 */
	since: number;
}

/** Callbacks by trigger and request, oldest first. */
const callbacks = new Map<string, Known>();

export interface Knocks {
	state(): Known['state'] | undefined;
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
	const note = (state: Known['state']) => void callbacks.set(key, { state, since: Date.now() });
	const close = () => void callbacks.delete(key);
	return {
		state: () => {
			const { state, since = 0 } = callbacks.get(key) ?? {};
			const isDead = state === 'open' && since < Date.now() - KNOCKS.open;
			return isDead ? undefined : state;
		},
		open: () => {
			note('open');
			const [oldest] = callbacks.keys();
			if (callbacks.size > KNOCKS.kept) callbacks.delete(oldest!);
			const response = ctx.getResponseObject();
			response.once('finish', () => {
				if (!callbacks.has(key)) return;
				if (response.statusCode === 200) note('taken');
				else close();
			});
		},
		close,
	};
}
