import type { IExecuteFunctions } from 'n8n-workflow';

/** n8n keeps 10 values with an execution, and complains in its log about one of more than 255 characters. */
const CUSTOM_DATA = { keys: 10, length: 255 };

const keyOf = (index: number) => `fal_requests_${index + 1}`;

/**
 * Writes a request id into the execution's custom data, which n8n saves at once when a run is stopped, while
 * it drops the output. There is room for some 60 ids, shown in the editor's list of executions.
 */
export function saveRequestId(ctx: IExecuteFunctions, requestId: string): void {
	try {
		const { customData } = ctx;
		const keys = Array.from({ length: CUSTOM_DATA.keys }, (_, index) => keyOf(index));
		for (const key of keys) {
			const value = [customData.get(key), requestId].filter(Boolean).join(',');
			if (value.length > CUSTOM_DATA.length) continue;
			return customData.set(key, value);
		}
	} catch (error) {
		// Some of n8n's contexts have no custom data; the log has the id then.
		ctx.logger.debug(`Custom data cannot be set: ${String(error)}`);
	}
}
