import type { IExecuteFunctions } from 'n8n-workflow';

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
