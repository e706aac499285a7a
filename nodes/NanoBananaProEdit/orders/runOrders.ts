import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../../shared/flow/attempt';
import { toNodeError, type NodeFailure } from '../../shared/n8n/nodeErrors';
import { startRun, type Run } from '../../shared/n8n/run';
import { runItems } from '../../shared/n8n/runItems';
import { withInputFields } from '../input/inputFields';
import {
	checkMaxImages,
	readCombinedEdit,
	readEdit,
	readRunOptions,
	type EditOrder,
} from '../input/input';
import { checkHeads } from './upload';
import { openLedger, type LedgerEntry } from './ledger';

/** What an operation does with one order. */
export type OrderWork = (
	run: Run,
	itemIndex: number,
	order: EditOrder,
	entry: LedgerEntry,
) => Promise<INodeExecutionData[]>;

const isOrder = (read: EditOrder | NodeFailure): read is EditOrder => !(read instanceof Error);

/**
 * Reads and checks every order before the first is placed: where the node stops on a failure, one bad
 * row costs nothing.
 *
 * @returns for each item its order, or where the node goes on, why there is none
 */
async function readAll(run: Run): Promise<Array<EditOrder | NodeFailure>> {
	const { ctx, redact } = run;
	const readOne = async (itemIndex: number) => {
		const read = await attempt(async () => {
			const order = readEdit(ctx, itemIndex);
			await checkHeads(run, itemIndex, order.images);
			return order;
		});
		if ('value' in read) return read.value;
		return toNodeError(ctx.getNode(), read.error, itemIndex, redact);
	};
	const indexes = [...ctx.getInputData().keys()];
	const orders = await Promise.all(
		indexes.map(async (index) => await run.downloads(async () => await readOne(index))),
	);
	const failure = orders.find((order) => !isOrder(order));
	if (failure && !ctx.continueOnFail()) throw failure;
	return orders;
}

const listed = (ids: string[]) => ids.slice(0, 20).join(', ') + (ids.length > 20 ? ', …' : '');

/** What became of the orders besides the one that failed. */
function wordsFor(ids: string[], isStopped: boolean): string {
	if (isStopped) {
		return `What still waited at fal was cancelled; Get Result gives the images of a request that had finished: ${listed(ids)}`;
	}
	const edits = ids.length === 1 ? '1 other edit was' : `${ids.length} other edits were`;
	return `${edits} ordered before the node stopped; Get Result gives their images: ${listed(ids)}`;
}

/** When the node stops, what it has ordered besides is paid and must be found again. */
function withOtherOrders(failure: unknown, requestIds: string[], isStopped: boolean): unknown {
	const context = (failure as Partial<NodeFailure>).context;
	const others = requestIds.filter((id) => id !== context?.request_id);
	if (!context || others.length === 0) return failure;
	const error = failure as NodeFailure;
	context.request_ids = others;
	error.description = `${error.description ?? ''} ${wordsFor(others, isStopped)}`.trim();
	return error;
}

/**
 * Runs an operation that orders edits: one for each item, or one for all.
 *
 * @throws NodeApiError or NodeOperationError, only where the node stops on a failure; it names every
 * request that fal has taken
 */
export async function runOrders(
	ctx: IExecuteFunctions,
	work: OrderWork,
): Promise<INodeExecutionData[]> {
	const items = ctx.getInputData();
	if (items.length === 0) return [];
	const run = await startRun(ctx);
	const { combineItems, batchSize, batchInterval, maxImages } = readRunOptions(ctx);
	const orders = combineItems ? [readCombinedEdit(ctx)] : await readAll(run);
	checkMaxImages(orders.filter(isOrder), maxImages);
	const ledger = openLedger(ctx);

	const runOne = async (item: number) => {
		const order = orders[item]!;
		if (!isOrder(order)) throw order;
		const made = await work(run, item, order, ledger.entry(combineItems ? 'all' : item, order));
		if (!combineItems) return withInputFields(ctx, item, made, order.options.includeInputFields);
		const pairedItem = items.map((_, index) => ({ item: index }));
		return made.map((one) => ({ ...one, pairedItem }));
	};
	try {
		const pace = { limit: batchSize, interval: batchInterval };
		return await runItems(run, [...orders.keys()], runOne, pace);
	} catch (error) {
		throw withOtherOrders(error, ledger.requestIds(), run.signal?.aborted ?? false);
	}
}
