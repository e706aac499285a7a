import type { IExecuteFunctions } from 'n8n-workflow';

type CustomData = IExecuteFunctions['customData'];

/** n8n keeps 10 values with an execution, and complains in its log about one of more than 255 characters. */
const CUSTOM_DATA = { keys: 10, length: 255 };

const DOUBT_KEY = 'fal_in_doubt';
const keyOf = (index: number) => `fal_requests_${index + 1}`;

/** What n8n's contexts without custom data do not keep stands in its log. */
function save({ customData, logger }: IExecuteFunctions, change: (data: CustomData) => void): void {
	try {
		if (customData) change(customData);
	} catch (error) {
		logger.debug(`Custom data cannot be set: ${String(error)}`);
	}
}

/** Says in the same place that an order got no answer, so that a stop does not hide it. */
export function saveDoubt(ctx: IExecuteFunctions, itemIndex: number): void {
	save(ctx, (data) => {
		const known = data.get(DOUBT_KEY);
		const value = known
			? `${known}, ${itemIndex}`
			: `fal may have taken the edit of item ${itemIndex}`;
		if (value.length <= CUSTOM_DATA.length) data.set(DOUBT_KEY, value);
	});
}

/**
 * Writes a request id into the execution's custom data, which n8n saves at once when a run is stopped, while
 * it drops the output. There is room for some 60 ids, shown in the editor's list of executions.
 */
export function saveRequestId(ctx: IExecuteFunctions, requestId: string): void {
	save(ctx, (data) => {
		const keys = Array.from({ length: CUSTOM_DATA.keys }, (_, index) => keyOf(index));
		for (const key of keys) {
			const value = [data.get(key), requestId].filter(Boolean).join(',');
			if (value.length > CUSTOM_DATA.length) continue;
			return data.set(key, value);
		}
	});
}
