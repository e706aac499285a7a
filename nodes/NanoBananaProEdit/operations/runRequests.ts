import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { flag, nameOf } from '../../shared/n8n/checks';
import { isRequestId } from '../../shared/fal/queue/queue';
import { InputError } from '../../shared/n8n/inputError';
import { startRun, type Run } from '../../shared/n8n/run';
import { runItems } from '../../shared/n8n/runItems';
import { withInputFields } from '../parameters/inputFields';
import { option, readOptions, type Options } from '../../shared/n8n/options';
import { readRunOptions } from '../parameters/input';

/** What an operation does with one request that was made earlier. */
export type RequestWork = (
	run: Run,
	itemIndex: number,
	requestId: string,
	options: Options,
) => Promise<INodeExecutionData[]>;

function readRequestId(ctx: IExecuteFunctions, itemIndex: number): string {
	const value = ctx.getNodeParameter('requestId', itemIndex, '');
	const id = typeof value === 'string' ? value.trim() : value;
	if (isRequestId(id)) return id;
	throw new InputError(
		`'Request ID' needs the ID of a fal request, but got ${nameOf(value)}`,
		'Use the field request_id that Submit Edit gave, as in {{ $json.request_id }}.',
	);
}

/** Runs an operation on earlier requests, one for each item. */
export async function runRequests(
	ctx: IExecuteFunctions,
	work: RequestWork,
): Promise<INodeExecutionData[]> {
	const items = ctx.getInputData();
	if (items.length === 0) return [];
	const run = await startRun(ctx);
	const { batchSize, batchInterval } = readRunOptions(ctx);
	const runOne = async (item: number) => {
		const options = readOptions(ctx, item);
		const includeInputFields = option(
			options,
			'includeInputFields',
			'Include Input Fields',
			flag,
			true,
		);
		const made = await work(run, item, readRequestId(ctx, item), options);
		return withInputFields(ctx, item, made, includeInputFields);
	};
	return await runItems(run, [...items.keys()], runOne, {
		limit: batchSize,
		interval: batchInterval,
	});
}
