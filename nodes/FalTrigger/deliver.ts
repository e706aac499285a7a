import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../shared/flow/attempt';
import { FalFailure, isOutcome } from '../shared/fal/failure';
import { isRequestId, result } from '../shared/fal/queue/queue';
import { toItems } from '../shared/images/transfer/resultItems';
import { hintNoAccess } from '../shared/n8n/accessHints';
import { InputError } from '../shared/n8n/inputError';
import { toErrorItem, toNodeError } from '../shared/n8n/nodeErrors';
import { readOptions } from '../shared/n8n/options';
import { readOutputOptions } from '../shared/n8n/outputOptions';
import { startRun, type Run } from '../shared/n8n/run';
import { withoutKey } from '../shared/n8n/withoutKey';
import { isItsOwn } from './belonging';
import { claimDelivery, type Claim, type Refusal } from './claim';
import type { VerifiedCallback } from './handleCallback';
import { runsHere } from './places';
import { Reply } from './reply';

function readCallback(ctx: IExecuteFunctions): VerifiedCallback {
	const { request_id, callback_data, arrival } = (ctx.getInputData()[0]?.json ??
		{}) as unknown as Partial<VerifiedCallback>;
	if (isRequestId(request_id)) return { request_id, callback_data: callback_data ?? {}, arrival };
	throw new InputError(
		'fal Trigger was started without a callback of fal',
		"Press 'Execute step' in the trigger's panel, and order an edit with the Test URL as its 'Webhook URL'.",
	);
}

/** Whether fal has said how the edit ended; what else goes wrong is about the way to it. */
const isVerdict = (error: unknown): error is FalFailure =>
	error instanceof FalFailure &&
	error.facts.stage === 'result' &&
	(isOutcome(error.facts) || [404, 410].includes(error.facts.status ?? 0));

function failedItem(run: Run, error: unknown, { request_id, callback_data }: VerifiedCallback) {
	const node = run.ctx.getNode();
	const { json, pairedItem } = toErrorItem(toNodeError(node, error, 0, run.redact), 0);
	return { json: { request_id, ...json, callback_data }, pairedItem };
}

async function fetchItems(run: Run, { request_id, callback_data }: VerifiedCallback) {
	const output = readOutputOptions(readOptions(run.ctx, 0));
	if (output.includeCost) run.price.start();
	const found = await result(run.connection, request_id, run.signal);
	const items = await toItems(run, request_id, found, output);
	return items.map(({ json, ...rest }) => ({
		...rest,
		json: { ...json, callback_data },
		pairedItem: { item: 0 },
	}));
}

/**
 * @returns the items of both outputs
 * @throws NodeApiError or NodeOperationError where a failure on the way is none
 */
async function outputsOf(
	run: Run,
	callback: VerifiedCallback,
	goesOn: boolean,
): Promise<INodeExecutionData[][]> {
	const fetched = await attempt(async () => await fetchItems(run, callback));
	if ('value' in fetched) return [fetched.value.map((item) => withoutKey(item, run.redact)), []];
	const { error } = fetched;
	if (isVerdict(error) || goesOn) return [[], [failedItem(run, error, callback)]];
	throw toNodeError(run.ctx.getNode(), error, 0, run.redact);
}

/**
 * Answers the callback once n8n has saved this run, or where it tells of no such moment (before 2.33),
 * at once: an n8n that is killed before has given fal no answer, and is called again.
 */
async function whenSaved(ctx: IExecuteFunctions, reply: Reply, claim: Claim): Promise<void> {
	const finish = async () => {
		await claim.done();
		// A failed run stands in n8n's list, and may be run again there.
		reply.send(200, 'thank you');
	};
	if (ctx.onExecutionFinish) ctx.onExecutionFinish(finish);
	else await finish();
}

/** Asks n8n's memory; where it cannot be had, fal is to call again. */
async function orLater<T>(reply: Reply, ask: () => Promise<T>): Promise<T> {
	const asked = await attempt(ask);
	if ('value' in asked) return asked.value;
	reply.send(503, 'n8n cannot tell whether this request was delivered');
	throw asked.error;
}

const STATUS: Record<Refusal, 200 | 401 | 503> = {
	delivered: 200,
	'under way': 503,
	"another order's data": 401,
};

/** A claim that is lost, or of which nobody knows, is to lapse. */
async function holdsOrDrops(claim: Claim): Promise<boolean> {
	const held = await attempt(async () => await claim.holds());
	if ('value' in held && held.value) return true;
	claim.drop();
	if ('error' in held) throw held.error;
	return false;
}

/**
 * Delivers the request that a callback has named: its images to the first output, fal's reason why
 * there are none to the second. Nothing comes out when another run delivers it.
 *
 * @param goesOn whether a failure on the way, such as a download that breaks, is an item too
 * @throws NodeApiError or NodeOperationError where it is not; InputError without a callback
 */
export async function deliver(
	ctx: IExecuteFunctions,
	goesOn: boolean,
): Promise<INodeExecutionData[][]> {
	const callback = readCallback(ctx);
	runsHere(ctx, callback.request_id);
	const run = await startRun(ctx);
	const reply = new Reply(ctx);
	const nothing = (refusal: Refusal): INodeExecutionData[][] => {
		reply.send(STATUS[refusal], `another run: ${refusal}`);
		return [[], []];
	};
	// Of a worker's own orders only the worker knows.
	if (!isItsOwn(callback)) return nothing("another order's data");
	const { request_id: requestId, arrival } = callback;
	const claim = await orLater(
		reply,
		async () => await claimDelivery(ctx, { requestId, nonce: arrival?.nonce }, run.signal),
	);
	if (typeof claim === 'string') return nothing(claim);
	const fetching = attempt(async () => await outputsOf(run, callback, goesOn));
	const isOurs = await orLater(reply, async () => await holdsOrDrops(claim));
	if (isOurs) reply.soon();
	const outputs = await fetching;
	hintNoAccess(run);
	if (!isOurs) return nothing('under way');
	await whenSaved(ctx, reply, claim);
	if ('error' in outputs) throw outputs.error;
	return outputs.value;
}
