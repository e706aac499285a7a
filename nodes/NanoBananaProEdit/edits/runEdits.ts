import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../../shared/flow/attempt';
import { toNodeError, type NodeFailure } from '../../shared/n8n/nodeErrors';
import { openRequests, type ExecutionRequests } from '../../shared/n8n/executionRequests';
import { startRun, type Run } from '../../shared/n8n/run';
import { runItems } from '../../shared/n8n/runItems';
import { OutputItems } from '../parameters/outputItems';
import { checkMaxImages, readCombinedEdit, readEdit, type EditOrder } from '../parameters/input';
import { readRunOptions } from '../parameters/runOptions';
import { takenOf } from '../../shared/requests/request';
import type { Journal, Request, Requests } from '../../shared/requests/store';
import { requireOpen } from '../parameters/images/urls';
import { checkAhead } from './checkAhead';
import { hintOrders, hintReplaced } from './hints';
import { checkMaxCost } from './maxCost';
import { requestOf } from './requestOf';

/** One row's edit on its way, and what is known of its request. */
export interface EditWork {
	run: Run;
	itemIndex: number;
	edit: EditOrder;
	request: Request;
	journal?: Journal;
	/** ms since 1970, in an execution that n8n has begun again */
	retriedSince?: number;
}

/**
 * Asked when a request is to be cancelled at fal: it is, unless another execution waits for it too.
 *
 * @param isQueued whether fal has surely not begun it: then the cancel costs nothing, and a retry may make it anew
 */
export const mayCancel = (request: Request, isQueued: () => boolean) => (): boolean => {
	if (request.isShared || !takenOf(request.state)) return false;
	if (isQueued()) request.dispatch({ type: 'cancelAsked' });
	return true;
};

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
		return `Edits that had not started at fal were cancelled. To get the images of those that had, use Get Result with these request IDs: ${listed}`;
	}
	const edits = ids.length === 1 ? '1 other edit was' : `${ids.length} other edits were`;
	return `${edits} submitted before the node stopped. To get the images, use Get Result with these request IDs: ${listed}`;
}

/** A submit that got no answer is told of as well, where the failure is another one. */
function withDoubt(error: NodeFailure, count: number): NodeFailure {
	if (count === 0 || error.context.doubt) return error;
	error.context.doubt = true;
	const submits = count === 1 ? '1 submit' : `${count} submits`;
	return withMore(
		error,
		`${submits} got no answer: fal may have taken the edit. Check fal.ai/dashboard/requests before you run it again.`,
	);
}

function withMore(error: NodeFailure, more: string): NodeFailure {
	error.description = [error.description, more].filter(Boolean).join(' ');
	return error;
}

/** When the node stops, what it has submitted besides is paid and must be found again. */
function withOtherRequests(
	error: NodeFailure,
	requests: Requests,
	isStopped: boolean,
): NodeFailure {
	const others = requests.ids().filter((id) => id !== error.context.request_id);
	if (others.length > 0) {
		error.context.request_ids = others;
		withMore(error, wordsFor(others, isStopped));
	}
	return withDoubt(error, requests.inDoubt());
}

/**
 * Whatever goes wrong after a submit, such as a full disk, names its request; a stop before its item was
 * begun again, too.
 */
function withRequest(error: NodeFailure, { state }: Request): NodeFailure {
	if (state.status === 'unconfirmed') return withDoubt(error, 1);
	const taken = takenOf(state);
	if (!taken || error.context.request_id) return error;
	error.context.request_id = taken.request_id;
	return withMore(error, `Request ID: ${taken.request_id}`);
}

/** Finds addresses that have expired before the first submit, but for edits that are submitted already or may be reused. */
function requireAllOpen(
	{ ctx, redact }: Run,
	edits: EditOrder[],
	requestFor: (item: number) => Request,
): void {
	for (const [item, { images, options }] of edits.entries()) {
		if (options.reuseResults || requestFor(item).state.status !== 'new') continue;
		try {
			requireOpen(images);
		} catch (error) {
			throw toNodeError(ctx.getNode(), error, item, redact);
		}
	}
}

async function runAll(
	run: Run,
	opened: ExecutionRequests,
	work: (work: EditWork) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const { ctx } = run;
	const { combineItems, batchSize, batchInterval, maxImages, maxCost, resultPrefix } =
		readRunOptions(ctx);
	const output = new OutputItems(ctx, resultPrefix);
	const edits = combineItems ? [await readCombinedEdit(run)] : await readAll(run);
	const { requests, journal, retriedSince } = opened;
	const requestFor = (item: number) => requestOf(ctx, requests, combineItems ? 'all' : item);
	const areAllNew = !ctx.continueOnFail() && retriedSince === undefined;
	if (areAllNew) requireAllOpen(run, edits.filter(isOrder), requestFor);
	checkMaxImages(edits.filter(isOrder), maxImages);
	await checkMaxCost(run, edits.filter(isOrder), maxCost);
	hintOrders(ctx, edits.filter(isOrder));

	const runOne = async (itemIndex: number) => {
		const edit = edits[itemIndex]!;
		if (!isOrder(edit)) throw edit;
		const request = requestFor(itemIndex);
		const made = await work({ run, itemIndex, edit, request, journal, retriedSince });
		return combineItems ? output.ofAll(made) : output.ofItem(itemIndex, made, edit.options);
	};
	const all = await runItems(run, [...edits.keys()], runOne, {
		limit: batchSize,
		interval: batchInterval,
		describe: (failure, item) => withRequest(failure, requestFor(item)),
	});
	hintReplaced(ctx, output);
	return all;
}

/**
 * Runs an operation that submits edits: one for each item, or one for all.
 *
 * @throws NodeApiError or NodeOperationError, only where the node stops on a failure, or cannot begin; it
 * names every request that fal has taken in this visit, also in an earlier try of the node
 */
export async function runEdits(
	ctx: IExecuteFunctions,
	work: (work: EditWork) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	if (ctx.getInputData().length === 0) return [];
	const opened = openRequests(ctx);
	const started = await attempt(async () => await startRun(ctx));
	const run = 'value' in started ? started.value : undefined;
	const done = run ? await attempt(async () => await runAll(run, opened, work)) : started;
	const output = 'value' in done ? (done.value as INodeExecutionData[]) : undefined;
	const failure = 'error' in done && toNodeError(ctx.getNode(), done.error, 0, run?.redact);
	const isStopped = run?.signal?.aborted ?? false;
	if (failure) withOtherRequests(failure, opened.requests, isStopped);
	// What comes out after a stop, n8n drops.
	await opened.end(isStopped ? undefined : output && Boolean(output[0]?.json.error));
	if (failure) throw failure;
	return output!;
}
