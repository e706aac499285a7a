import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { group } from '../../shared/n8n/checks';
import { openRequests, type ExecutionRequests } from '../../shared/n8n/executionRequests';
import { toNodeError, type NodeFailure } from '../../shared/n8n/nodeErrors';
import { startRun, type Run } from '../../shared/n8n/run';
import { runItems } from '../../shared/n8n/runItems';
import { fingerprintOf } from '../../shared/requests/fingerprint';
import { takenOf } from '../../shared/requests/request';
import type { Journal, Request, Requests } from '../../shared/requests/store';
import { callbackRows } from '../parameters/callback';
import { scalarFields, schema } from '../parameters/fields';
import { imagesProperty } from '../parameters/images/images';
import type { Edit } from '../parameters/input';
import { OutputItems } from '../parameters/outputItems';
import { combineRow, readRunOptions } from '../parameters/runOptions';
import { hintMade, hintReplaced, hintRisks } from './hints';
import { isEdit, readEdits } from './readEdits';

/** One row's edit on its way, and what is known of its request. */
export interface EditWork {
	run: Run;
	itemIndex: number;
	edit: Edit;
	request: Request;
	journal?: Journal;
	/** ms since 1970, in an execution that n8n has begun again */
	retriedSince?: number;
}

type Work = (work: EditWork) => Promise<INodeExecutionData[]>;

const OF_THE_REQUEST = [imagesProperty, combineRow, ...Object.values(callbackRows)];

/** What decides about a request, as the user has typed it: how it is waited for and delivered may change. */
function typedIn(parameters: Record<string, unknown>): unknown[] {
	const options = group(parameters.options, 'Options');
	return [
		...OF_THE_REQUEST.map(({ name }) => parameters[name]),
		...scalarFields.map((field) => {
			const { sent, name } = schema[field];
			return sent === 'always' ? parameters[name] : options[name];
		}),
	];
}

/** What became of the edits besides the one that failed. */
function othersInWords(ids: string[], isStopped: boolean): string {
	const listed = ids.join(', ');
	if (isStopped) {
		return `Edits that had not started at fal were cancelled. To get the images of those that had, use Get Result with these request IDs: ${listed}`;
	}
	const edits = ids.length === 1 ? '1 other edit was' : `${ids.length} other edits were`;
	return `${edits} submitted before the node stopped. To get the images, use Get Result with these request IDs: ${listed}`;
}

function withMore(error: NodeFailure, more: string): NodeFailure {
	error.description = [error.description, more].filter(Boolean).join(' ');
	return error;
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

/** When the node stops, what it has submitted besides is paid and must be found again. */
function withOtherRequests(error: NodeFailure, requests: Requests, isStopped: boolean) {
	const others = requests.ids().filter((id) => id !== error.context.request_id);
	if (others.length > 0) {
		error.context.request_ids = others;
		withMore(error, othersInWords(others, isStopped));
	}
	return withDoubt(error, requests.unconfirmed());
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

async function runAll(run: Run, opened: ExecutionRequests, work: Work) {
	const { ctx } = run;
	const { requests, journal, retriedSince } = opened;
	const options = readRunOptions(ctx);
	const { combineItems } = options;
	const items = ctx.getInputData();
	const requestOf = (item: number) => {
		const [place, rows] = combineItems ? (['all', items] as const) : [item, [items[item]!]];
		return requests.of(fingerprintOf(place, typedIn(ctx.getNode().parameters), rows));
	};

	const isNew = (item: number) =>
		retriedSince === undefined && requestOf(item).state.status === 'new';
	const edits = await readEdits(run, isNew, options);
	hintRisks(ctx, edits.filter(isEdit));

	const output = new OutputItems(ctx, options.resultPrefix);
	const runOne = async (itemIndex: number) => {
		const edit = edits[itemIndex]!;
		if (!isEdit(edit)) throw edit;
		const request = requestOf(itemIndex);
		const made = await work({ run, itemIndex, edit, request, journal, retriedSince });
		return combineItems ? output.ofAll(made) : output.ofItem(itemIndex, made, edit.options);
	};
	const all = await runItems(run, [...edits.keys()], runOne, {
		limit: options.batchSize,
		interval: options.batchInterval,
		describe: (failure, item) => withRequest(failure, requestOf(item)),
	});
	hintReplaced(ctx, output);
	hintMade(ctx, output);
	return all;
}

/**
 * Runs an operation that submits edits: one for each item, or one for all. All are read and checked before
 * the first is submitted.
 *
 * @throws NodeApiError or NodeOperationError, only where the node stops on a failure, or cannot begin; it
 * names every request that fal has taken in this visit, also in an earlier try of the node
 */
export async function runEdits(ctx: IExecuteFunctions, work: Work): Promise<INodeExecutionData[]> {
	if (ctx.getInputData().length === 0) return [];
	const opened = openRequests(ctx);
	let run: Run | undefined;
	let output: INodeExecutionData[] | undefined;
	try {
		run = await startRun(ctx);
		output = await runAll(run, opened, work);
		return output;
	} catch (error) {
		const failure = toNodeError(ctx.getNode(), error, 0, run?.redact);
		throw withOtherRequests(failure, opened.requests, run?.signal?.aborted ?? false);
	} finally {
		// What comes out after a stop, n8n drops.
		const isGiven = output && !run?.signal?.aborted;
		await opened.end(isGiven ? Boolean(output?.[0]?.json.error) : undefined);
	}
}
