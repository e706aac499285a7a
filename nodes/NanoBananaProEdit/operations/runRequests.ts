import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { startRun, type Run } from '../../shared/n8n/run';
import { runItems } from '../../shared/n8n/runItems';
import { hintFetched, hintReplaced } from '../edits/hints';
import { OutputItems } from '../parameters/outputItems';
import { readItemOptions, type EditOptions } from '../parameters/options';
import { requestRows } from '../parameters/properties';
import { readRunOptions } from '../parameters/runOptions';
import { readOptions, readTop } from '../../shared/n8n/options';

/** What an operation does with one request that was made earlier. */
export type RequestWork = (
	run: Run,
	itemIndex: number,
	requestId: string,
	options: EditOptions,
) => Promise<INodeExecutionData[]>;

/** Runs an operation on earlier requests, one for each item. */
export async function runRequests(
	ctx: IExecuteFunctions,
	work: RequestWork,
): Promise<INodeExecutionData[]> {
	const items = ctx.getInputData();
	if (items.length === 0) return [];
	const run = await startRun(ctx);
	const { batchSize, batchInterval, resultPrefix } = readRunOptions(ctx);
	const output = new OutputItems(ctx, resultPrefix);
	const runOne = async (item: number) => {
		const options = readItemOptions(readOptions(ctx, item));
		const made = await work(run, item, readTop(ctx, item, requestRows.requestId), options);
		return output.ofItem(item, made, options);
	};
	const made = await runItems(run, [...items.keys()], runOne, {
		limit: batchSize,
		interval: batchInterval,
	});
	hintReplaced(ctx, output);
	hintFetched(ctx, output);
	return made;
}
