import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../../shared/flow/attempt';
import { toNodeError, type NodeFailure } from '../../shared/n8n/nodeErrors';
import { startRun, type Run } from '../../shared/n8n/run';
import { runItems } from '../../shared/n8n/runItems';
import { OutputItems } from '../parameters/outputItems';
import { checkMaxImages, readCombinedEdit, readEdit, type EditOrder } from '../parameters/input';
import { readRunOptions } from '../parameters/runOptions';
import { requireOpen } from '../parameters/images/urls';
import { checkAhead } from './checkAhead';
import { hintOrders, hintReplaced } from './hints';
import { checkMaxCost } from './maxCost';
import { openLedger, type Ledger } from './ledger';
import type { LedgerEntry } from './ledgerEntry';

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
			return await readEdit(run, itemIndex);
		});
		if ('value' in read) return read.value;
		return toNodeError(ctx.getNode(), read.error, itemIndex, redact);
	};
	const indexes = [...ctx.getInputData().keys()];
	const orders = await Promise.all(
		indexes.map(async (index) => await run.reads(async () => await readOne(index))),
	);
	const failure = orders.find((order) => !isOrder(order));
	if (ctx.continueOnFail()) return orders;
	if (failure) throw failure;
	await checkAhead(run, orders.filter(isOrder), (error, row) =>
		toNodeError(ctx.getNode(), error, row, redact),
	);
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
function withDoubt(error: NodeFailure, count: number): NodeFailure {
	if (count === 0 || error.description?.includes('may have taken')) return error;
	const orders = count === 1 ? '1 order' : `${count} orders`;
	return withMore(
		error,
		`${orders} got no answer: fal may have taken the edit. Look at fal.ai/dashboard/requests before you repeat it.`,
	);
}

function withMore(error: NodeFailure, more: string): NodeFailure {
	error.description = [error.description, more].filter(Boolean).join(' ');
	return error;
}

/** When the node stops, what it has ordered besides is paid and must be found again. */
function withOtherOrders(error: NodeFailure, ledger: Ledger, isStopped: boolean): NodeFailure {
	const others = ledger.requestIds().filter((id) => id !== error.context.request_id);
	if (others.length > 0) {
		error.context.request_ids = others;
		withMore(error, wordsFor(others, isStopped));
	}
	return withDoubt(error, ledger.inDoubt());
}

/**
 * Whatever goes wrong after an order, such as a full disk, names its request; a stop before its item was
 * begun again, too.
 */
function withOrder(error: NodeFailure, { taken, inDoubt }: LedgerEntry): NodeFailure {
	if (inDoubt) return withDoubt(error, 1);
	if (!taken || error.context.request_id) return error;
	error.context.request_id = taken.request_id;
	return withMore(error, `Request ID: ${taken.request_id}`);
}

/** Finds addresses that have expired before the first order, but for edits that are ordered already or may be reused. */
function requireAllOpen(
	{ ctx, redact }: Run,
	orders: EditOrder[],
	entryOf: (item: number) => LedgerEntry,
): void {
	for (const [item, { images, options }] of orders.entries()) {
		if (options.reuseResults || Object.keys(entryOf(item)).length > 0) continue;
		try {
			requireOpen(images);
		} catch (error) {
			throw toNodeError(ctx.getNode(), error, item, redact);
		}
	}
}

async function runAll(run: Run, ledger: Ledger, work: OrderWork): Promise<INodeExecutionData[]> {
	const { ctx } = run;
	const { combineItems, batchSize, batchInterval, maxImages, maxCost, resultPrefix } =
		readRunOptions(ctx);
	const output = new OutputItems(ctx, resultPrefix);
	const orders = combineItems ? [await readCombinedEdit(run)] : await readAll(run);
	await ledger.begin(combineItems ? ['all'] : [...orders.keys()]);
	const entryOf = (item: number) => ledger.entry(combineItems ? 'all' : item);
	if (!ctx.continueOnFail()) requireAllOpen(run, orders.filter(isOrder), entryOf);
	checkMaxImages(orders.filter(isOrder), maxImages);
	await checkMaxCost(run, orders.filter(isOrder), maxCost);
	hintOrders(ctx, orders.filter(isOrder));

	const runOne = async (item: number) => {
		const order = orders[item]!;
		if (!isOrder(order)) throw order;
		const made = await work(run, item, order, entryOf(item), ledger);
		return combineItems ? output.ofAll(made) : output.ofItem(item, made, order.options);
	};
	const all = await runItems(run, [...orders.keys()], runOne, {
		limit: batchSize,
		interval: batchInterval,
		describe: (failure, item) => withOrder(failure, entryOf(item)),
	});
	hintReplaced(ctx, output);
	return all;
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
	await ledger.end();
	if ('value' in done) return done.value as INodeExecutionData[];
	const failure = toNodeError(ctx.getNode(), done.error, 0, run?.redact);
	throw withOtherOrders(failure, ledger, run?.signal?.aborted ?? false);
}
