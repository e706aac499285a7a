import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../../shared/flow/attempt';
import { withRetries } from '../../shared/fal/http/retries';
import { cancel, status } from '../../shared/fal/queue/queue';
import { isGone } from '../../shared/fal/queue/result';
import { waitForResult } from '../../shared/fal/queue/wait';
import { toItems } from '../../shared/images/transfer/resultItems';
import { readOptions, readTop } from '../../shared/n8n/options';
import { startRun, type Run } from '../../shared/n8n/run';
import { runItems } from '../../shared/n8n/runItems';
import { hintFetched, hintReplaced } from '../edits/hints';
import { readItemOptions, type EditOptions } from '../parameters/options';
import { OutputItems } from '../parameters/outputItems';
import { requestRows } from '../parameters/properties';
import { readRunOptions } from '../parameters/runOptions';

type Operate = (ctx: IExecuteFunctions) => Promise<INodeExecutionData[]>;

/** An operation on requests that were made earlier, one for each item. */
const forEachRequest =
	(
		work: (
			run: Run,
			itemIndex: number,
			requestId: string,
			options: EditOptions,
		) => Promise<INodeExecutionData[]>,
	): Operate =>
	async (ctx) => {
		const items = ctx.getInputData();
		if (items.length === 0) return [];
		const run = await startRun(ctx);
		const { batchSize: limit, batchInterval: interval, resultPrefix } = readRunOptions(ctx);
		const output = new OutputItems(ctx, resultPrefix);
		const runOne = async (item: number) => {
			const options = readItemOptions(readOptions(ctx, item));
			const made = await work(run, item, readTop(ctx, item, requestRows.requestId), options);
			return output.ofItem(item, made, options);
		};
		const made = await runItems(run, [...items.keys()], runOne, { limit, interval });
		hintReplaced(ctx, output);
		hintFetched(ctx, output);
		return made;
	};

const look = async ({ connection, signal }: Run, requestId: string, logs?: boolean) =>
	await withRetries(async () => await status(connection, requestId, { logs, signal }), signal);

/** Get Status: where a request stands. COMPLETED says only that it has an outcome. */
export const getStatus = forEachRequest(async (run, _item, requestId, { includeLogs }) => {
	const found = await look(run, requestId, includeLogs);
	const json = { ...found, request_id: requestId } as unknown as IDataObject;
	if (!includeLogs) delete json.logs;
	return [{ json }];
});

/** Where a request stands that is not finished, as fal says it; undefined once it is. */
async function unfinished(run: Run, requestId: string): Promise<IDataObject | undefined> {
	const looked = await attempt(async () => await look(run, requestId));
	// What the queue has forgotten was finished long ago.
	if ('error' in looked && isGone(looked.error)) return undefined;
	if ('error' in looked) throw looked.error;
	const found = looked.value as { status: string; queue_position?: number };
	if (found.status === 'COMPLETED') return undefined;
	const { queue_position } = found;
	const json = { request_id: requestId, status: found.status };
	return queue_position === undefined ? json : { ...json, queue_position };
}

/** Get Result: the images of a request made earlier, as files. */
export const getResult = forEachRequest(async (run, itemIndex, requestId, options) => {
	const waits = readTop(run.ctx, itemIndex, requestRows.waitForResult);
	const open = waits ? undefined : await unfinished(run, requestId);
	if (open) return [{ json: open }];
	if (options.includeCost) run.price.start();
	const found = await waitForResult(run.connection, requestId, {
		timeout: options.timeout,
		logs: options.includeLogs,
		signal: run.signal,
		results: run.results,
		mayCancel: () => false,
	});
	return await toItems(run, requestId, found, options);
});

/** Cancel Edit: asks fal to drop a request; too late and unknown are answers, not failures. */
export const cancelEdit = forEachRequest(async ({ connection }, _item, requestId) => [
	{ json: { request_id: requestId, status: await cancel(connection, requestId) } },
]);
