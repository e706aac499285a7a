import type { KeyObject } from 'crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import { KEY_SET, SEEN_CALLBACKS } from '../shared/limits';

type Response = ReturnType<IWebhookFunctions['getResponseObject']>;

/** What this process knows of a request's callback. */
interface Known {
	/** ms since 1970 */
	since: number;
	/** the answer that its run gives; none once a run has delivered */
	response?: Response;
	/** fal's keys, one of which has signed the callback */
	keys: KeyObject[];
}

/** Callbacks by trigger and request, oldest first. */
const callbacks = new Map<string, Known>();

export interface SeenCallback {
	/** whether a run is at the request or has delivered it; undefined when neither is known */
	state(): 'open' | 'taken' | undefined;
	/** the keys that fitted last time, as long as they may be kept */
	keys(): KeyObject[];
	/** to be called before anything is waited for; an answer other than 200 undoes it */
	open(keys: KeyObject[]): void;
}

/**
 * Remembers in this process which requests have started a run. That is no more than a quick answer to
 * the usual repetition; claim.ts settles what comes in by several processes or after a restart. Not in
 * the node's static data: n8n writes that as a whole, and would set back what a polling trigger of the
 * same workflow has just noted there, which then orders its rows again.
 */
export function seenCallback(ctx: IWebhookFunctions, requestId: string): SeenCallback {
	const key = [ctx.getWorkflow().id, ctx.getNode().id, requestId].join(' ');
	// fal may have hung up before the answer: then it is only written down, and no event tells of it.
	const settle = ({ response, ...known }: Known) => {
		if (!response?.writableEnded) return;
		if (response.statusCode === 200) callbacks.set(key, { ...known, since: Date.now() });
		else callbacks.delete(key);
	};
	const known = (): Known | undefined => {
		const found = callbacks.get(key);
		if (found) settle(found);
		return callbacks.get(key);
	};
	return {
		state: () => {
			const { response, since } = known() ?? {};
			if (since === undefined) return undefined;
			if (!response) return 'taken';
			// Its worker may have died.
			return since < Date.now() - SEEN_CALLBACKS.open ? undefined : 'open';
		},
		keys: () => {
			const { since = 0, keys = [] } = callbacks.get(key) ?? {};
			return since > Date.now() - KEY_SET.kept ? keys : [];
		},
		open: (keys) => {
			const response = ctx.getResponseObject();
			const opened = { since: Date.now(), response, keys };
			callbacks.delete(key);
			callbacks.set(key, opened);
			const [oldest] = callbacks.keys();
			if (callbacks.size > SEEN_CALLBACKS.kept) callbacks.delete(oldest!);
			response.once('finish', () => {
				if (callbacks.get(key) === opened) settle(opened);
			});
		},
	};
}
