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
import { checkMaxCost } from './maxCost';
import { checkHeads } from './upload';
import { openLedger, type Ledger, type LedgerEntry } from './ledger';

/** What an operation does with one order. */
export type OrderWork = (
	run: Run,
	itemIndex: number,
	order: EditOrder,
	entry: LedgerEntry,
	ledger: Ledger,
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

/** What became of the orders besides the one that failed. */
function wordsFor(ids: string[], isStopped: boolean): string {
	const listed = ids.join(', ');
	if (isStopped) {
		return `What still waited at fal was cancelled; Get Result gives the images of a request that had finished: ${listed}`;
	}
	const edits = ids.length === 1 ? '1 other edit was' : `${ids.length} other edits were`;
	return `${edits} ordered before the node stopped; Get Result gives their images: ${listed}`;
}

/** An order that got no answer is told of as well, where the failure is another one. */
const wordsForDoubt = (count: number) =>
	`${count === 1 ? '1 order' : `${count} orders`} got no answer: fal may have taken the edit. Look at fal.ai/dashboard/requests before you repeat it.`;

/** When the node stops, what it has ordered besides is paid and must be found again. */
function withOtherOrders(error: NodeFailure, ledger: Ledger, isStopped: boolean): NodeFailure {
	const others = ledger.requestIds().filter((id) => id !== error.context.request_id);
	const doubts = ledger.inDoubt();
	const tellsDoubt = /may have taken/.test(error.description ?? '');
	if (others.length > 0) error.context.request_ids = others;
	const more = [
		others.length > 0 && wordsFor(others, isStopped),
		doubts > 0 && !tellsDoubt && wordsForDoubt(doubts),
	].filter(Boolean);
	if (more.length > 0) error.description = [error.description, ...more].filter(Boolean).join(' ');
	return error;
}

/** Whatever goes wrong after an order, such as a full disk, names its request. */
function withRequest(error: NodeFailure, { taken }: LedgerEntry): NodeFailure {
	if (!taken || error.context.request_id) return error;
	error.context.request_id = taken.request_id;
	error.description = `${error.description ?? ''} Request ID: ${taken.request_id}`.trim();
	return error;
}

async function runAll(run: Run, ledger: Ledger, work: OrderWork): Promise<INodeExecutionData[]> {
	const { ctx, redact } = run;
	const items = ctx.getInputData();
	const { combineItems, batchSize, batchInterval, maxImages, maxCost } = readRunOptions(ctx);
	const orders = combineItems ? [readCombinedEdit(ctx)] : await readAll(run);
	checkMaxImages(orders.filter(isOrder), maxImages);
	await checkMaxCost(run, orders.filter(isOrder), maxCost);

	const runOne = async (item: number) => {
		const order = orders[item]!;
		if (!isOrder(order)) throw order;
		const entry = ledger.entry(combineItems ? 'all' : item);
		const done = await attempt(async () => await work(run, item, order, entry, ledger));
		if ('error' in done)
			throw withRequest(toNodeError(ctx.getNode(), done.error, item, redact), entry);
		if (!combineItems)
			return withInputFields(ctx, item, done.value, order.options.includeInputFields);
		const pairedItem = items.map((_, index) => ({ item: index }));
		return done.value.map((one) => ({ ...one, pairedItem }));
	};
	const pace = { limit: batchSize, interval: batchInterval };
	return await runItems(run, [...orders.keys()], runOne, pace);
}

/**
 * Runs an operation that orders edits: one for each item, or one for all.
 *
 * @throws NodeApiError or NodeOperationError, only where the node stops on a failure, or cannot begin; it
 * names every request that fal has taken in this visit, also in an earlier try of the node
 */
export async function runOrders(
	ctx: IExecuteFunctions,
	work: OrderWork,
): Promise<INodeExecutionData[]> {
	if (ctx.getInputData().length === 0) return [];
	const ledger = openLedger(ctx);
	const started = await attempt(async () => await startRun(ctx));
	const run = 'value' in started ? started.value : undefined;
	const done = run ? await attempt(async () => await runAll(run, ledger, work)) : started;
	if ('value' in done) return done.value as INodeExecutionData[];
	const failure = toNodeError(ctx.getNode(), done.error, 0, run?.redact);
	throw withOtherOrders(failure, ledger, run?.signal?.aborted ?? false);
}
