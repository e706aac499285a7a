import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { FalFailure, isOutcome } from '../shared/fal/failure';
import { isRequestId } from '../shared/fal/queue/queue';
import { result } from '../shared/fal/queue/result';
import { attempt, type Outcome } from '../shared/flow/attempt';
import { concurrencyLimit } from '../shared/flow/gate';
import { toItems } from '../shared/images/transfer/resultItems';
import { CALLBACK_RUNS } from '../shared/limits';
import { withoutKey } from '../shared/n8n/connection';
import { InputError } from '../shared/n8n/inputError';
import { toErrorItem, toNodeError } from '../shared/n8n/nodeErrors';
import { readOptions } from '../shared/n8n/options';
import { readOutputOptions } from '../shared/n8n/outputOptions';
import { startRun, type Run } from '../shared/n8n/run';
import { hintNoAccess } from '../shared/n8n/runItems';
import { othersOf } from '../shared/n8n/workflowRequests';
import { Claims } from './claims';
import { THANKS, type Callback } from './deliveries';
import { Reply } from './reply';

/** One of the run's requests, and what fal has given for it. */
interface Fetched {
	callback: Callback;
	/** which item of the run it is */
	index: number;
	outcome: Outcome<INodeExecutionData[]>;
}

/** @returns undefined where the run was started without a request to deliver */
export function readCallbacks(ctx: IExecuteFunctions): Callback[] | undefined {
	const items = ctx.getInputData().map(({ json }) => json as unknown as Callback);
	const areAll = items.length > 0 && items.every(({ request_id }) => isRequestId(request_id));
	return areAll ? items : undefined;
}

/** @throws InputError where there is none */
export function callbacksOf(ctx: IExecuteFunctions): Callback[] {
	const callbacks = readCallbacks(ctx);
	if (callbacks) return callbacks;
	throw new InputError(
		'fal Trigger was started without a callback from fal',
		"Open the trigger, click 'Execute step', and submit an edit with the Test URL as 'Webhook URL'.",
	);
}

async function fetchItems(run: Run, { request_id, callback_data }: Callback, index: number) {
	const output = readOutputOptions(readOptions(run.ctx, 0));
	if (output.includeCost) run.price.start();
	const found = await result(run.connection, request_id, run.signal);
	const items = await toItems(run, request_id, found, output);
	return items.map(({ json, ...rest }) =>
		withoutKey(
			{ ...rest, json: { ...json, callback_data }, pairedItem: { item: index } },
			run.redact,
		),
	);
}

async function fetchAll(
	run: Run,
	callbacks: Callback[],
	isOurs: (callback: Callback) => boolean,
): Promise<Fetched[]> {
	const limit = concurrencyLimit(CALLBACK_RUNS.fetches);
	const fetch = async (callback: Callback, index: number): Promise<Fetched[]> => {
		if (!isOurs(callback)) return [];
		const outcome = await limit(
			async () => await attempt(async () => await fetchItems(run, callback, index)),
		);
		return [{ callback, index, outcome }];
	};
	return (await Promise.all(callbacks.map(fetch))).flat();
}

/**
 * Fetches what is this run's to deliver: each request once, whichever runs have it, however they came by it.
 *
 * @returns what was fetched; the claims are to be ended with `done` once it is delivered
 * @throws whatever n8n's database throws; then nothing is claimed
 */
async function fetchOnce(
	run: Run,
	callbacks: Callback[],
): Promise<{ claims: Claims; fetched: Fetched[] }> {
	const claims = new Claims(run.ctx, run.signal);
	const asked = callbacks.filter(({ wanted }) => wanted === 'workflow');
	const ids = asked.map(({ request_id }) => request_id);
	await claims.make(callbacks, await othersOf(run.ctx, ids));
	const isOurs = ({ request_id }: Callback) => claims.refusalOf(request_id) === undefined;
	const fetching = fetchAll(run, callbacks, isOurs);
	await claims.settle();
	const fetched = (await fetching).filter(({ callback }) => isOurs(callback));
	return { claims, fetched };
}

/** Whether fal has said how the edit ended; what else goes wrong is about the way to it. */
const isVerdict = (error: unknown): boolean =>
	error instanceof FalFailure &&
	error.facts.stage === 'result' &&
	(isOutcome(error.facts) || [404, 410].includes(error.facts.status ?? 0));

/**
 * @returns the items of both outputs
 * @throws NodeApiError or NodeOperationError where the node stops on a failure, and all have failed on the way
 */
function outputsOf(run: Run, all: Fetched[], goesOn: boolean): INodeExecutionData[][] {
	const node = run.ctx.getNode();
	const finished = all.flatMap(({ outcome }) => ('value' in outcome ? outcome.value : []));
	const failures = all.flatMap(({ outcome, ...rest }) =>
		'error' in outcome ? [{ ...rest, error: outcome.error }] : [],
	);
	const isLost = finished.length === 0 && !failures.some(({ error }) => isVerdict(error));
	const errorOf = ({ error, index }: (typeof failures)[number]) =>
		toNodeError(node, error, index, run.redact);
	if (isLost && !goesOn && failures[0]) throw errorOf(failures[0]);
	const failed = failures.map((failure) => {
		const { request_id, callback_data } = failure.callback;
		const { json, pairedItem } = toErrorItem(errorOf(failure), failure.index);
		return { json: { request_id, ...json, callback_data }, pairedItem };
	});
	return [finished, failed];
}

/**
 * Delivers requests that fal has finished: their images to the first output, fal's reason why there
 * are none to the second. Nothing comes out of those that another run delivers.
 *
 * @throws NodeApiError or NodeOperationError where all have failed on the way
 */
export async function deliver(
	ctx: IExecuteFunctions,
	callbacks: Callback[],
): Promise<INodeExecutionData[][]> {
	const reply = new Reply(ctx, callbacks);
	const run = await reply.orCallAgain(async () => await startRun(ctx));
	const { claims, fetched } = await reply.orCallAgain(async () => await fetchOnce(run, callbacks));
	hintNoAccess(run);
	await reply.whenSaved(async () => {
		await claims.done();
		return (id) => claims.refusalOf(id) ?? THANKS;
	});
	return outputsOf(run, fetched, ctx.continueOnFail());
}
