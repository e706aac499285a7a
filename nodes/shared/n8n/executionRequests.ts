import { randomUUID } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { processMemory, type SavedRequests } from '../requests/processMemory';
import { Requests } from '../requests/store';
import { ExecutionJournal } from './journal';

/** What n8n tells of an execution; n8n 1 tells nothing. */
interface Execution {
	/** ms since 1970: when the first execution was started of which this one is a retry, also after a kill */
	establishedAt?: number;
	/** of a sub-workflow: the execution that has started this one */
	parentExecutionId?: string;
}

/** How far back an execution may have begun where n8n does not tell. */
const LONGEST_EXECUTION = 24 * 3_600_000;

const executionOf = (ctx: IExecuteFunctions): Execution =>
	(ctx as { getExecutionContext?: () => Execution | undefined }).getExecutionContext?.() ?? {};

/** The requests of one visit of the node, and where n8n keeps them. */
export interface ExecutionRequests {
	requests: Requests;
	journal?: ExecutionJournal;
	/** ms since 1970, where n8n has begun an execution again: what that has sent is no older */
	retriedSince?: number;
	/** The visit has ended. @param hasFailedFirst undefined where n8n gets no output */
	end(hasFailedFirst?: boolean): Promise<void>;
}

/**
 * Opens what is known of the requests of this execution: what n8n has saved with it, what this process remembers,
 * and what stands in n8n's database of an execution that was killed.
 *
 * n8n keeps the start of an execution in its retries, so that is its name. A sub-workflow begins with nothing each
 * time, so its requests are those of the execution that has started it.
 */
export function openRequests(ctx: IExecuteFunctions): ExecutionRequests {
	const { establishedAt, parentExecutionId } = executionOf(ctx);
	const state = ctx.getContext('node') as { origin?: string; requests?: SavedRequests };
	const isRetry = ctx.getMode() === 'retry';
	const start = parentExecutionId ?? establishedAt ?? randomUUID();
	const name = `${ctx.getWorkflow().id} ${ctx.getNode().id} ${start}`;
	const isChild = parentExecutionId !== undefined;
	// Two executions may start in the same millisecond.
	const isOther = !isRetry && !isChild && state.origin === undefined && !processMemory.begins(name);
	const origin = (state.origin ??= isOther ? `${name} ${randomUUID()}` : name);
	state.requests ??= isChild ? processMemory.family(origin) : {};
	// n8n counts the visits of an execution; each child of another one begins to count anew.
	const visit = `${isChild ? ctx.getExecutionId() : ''} ${ctx.getWorkflowDataProxy(0).$runIndex}`;
	const requests = new Requests(origin, state.requests, visit);
	const journal = ExecutionJournal.of(ctx);
	const since = establishedAt ?? Date.now() - LONGEST_EXECUTION;
	return {
		...{ requests, journal, retriedSince: isRetry ? since : undefined },
		end: async (hasFailedFirst) => {
			// n8n runs a node again whose first item has failed, also where the node goes on.
			requests.end(hasFailedFirst !== undefined, hasFailedFirst && ctx.getNode().retryOnFail);
			await journal?.end();
		},
	};
}

type CustomData = IExecuteFunctions['customData'];

/** n8n keeps 10 values with an execution, the user's among them, and complains in its log about one of more than 255 characters. */
const LENGTH = 255;

const DOUBT_KEY = 'fal_in_doubt';
const REQUESTS_KEY = 'fal_requests';
const MORE = '…';

/** What n8n's contexts without custom data do not keep stands in its log. */
function note({ customData, logger }: IExecuteFunctions, change: (data: CustomData) => void): void {
	try {
		if (customData) change(customData);
	} catch (error) {
		logger.debug(`Custom data cannot be set: ${String(error)}`);
	}
}

/** Adds to a list as long as there is room; then it ends in a sign that there is more. */
function add(data: CustomData, key: string, text: string): void {
	const known = data.get(key);
	if (known?.endsWith(MORE)) return;
	const longer = known ? `${known}, ${text}` : text;
	data.set(key, longer.length + MORE.length <= LENGTH ? longer : `${known}${MORE}`);
}

/** Notes, where a stop does not drop it, that an item's request got no answer. */
export function noteDoubt(ctx: IExecuteFunctions, itemIndex: number): void {
	const what = `fal may have taken the edit of item ${itemIndex}`;
	note(ctx, (data) => add(data, DOUBT_KEY, data.get(DOUBT_KEY) ? String(itemIndex) : what));
	ctx.logger.warn(`${what} of execution ${ctx.getExecutionId()}: its answer was lost`);
}

/**
 * Notes a request that fal has taken in the execution's custom data, which n8n saves at once when a run is stopped,
 * while it drops the output; and in n8n's log, where it can still be found when the process is killed.
 */
export function noteRequest(ctx: IExecuteFunctions, itemIndex: number, requestId: string): void {
	note(ctx, (data) => add(data, REQUESTS_KEY, requestId));
	ctx.logger.info(
		`fal has taken the edit of item ${itemIndex} of execution ${ctx.getExecutionId()}: request ${requestId}`,
	);
}
