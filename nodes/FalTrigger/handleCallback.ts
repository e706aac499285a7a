import type { KeyObject } from 'crypto';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { attempt } from '../shared/flow/attempt';
import {
	CALLBACK_PARAMETER,
	unpackCallbackData,
	type CallbackData,
} from '../shared/fal/webhooks/callbackData';
import { connect, type Connected } from '../shared/n8n/connection';
import { isRequestId } from '../shared/fal/queue/queue';
import type { Arrival } from '../shared/fal/webhooks/webhookOrders';
import { isSignedBy, readSigned } from '../shared/fal/webhooks/webhookSignature';
import { CALLBACK } from '../shared/limits';
import { orAborted } from '../shared/flow/pause';
import { answer, type Answer } from './answer';
import { keysOf, lookUp } from './askFal';
import { belongTogether, isItsOwn } from './belonging';
import { openedCredential } from './openedCredential';
import { admit, type Admission } from './places';
import { seenCallback, type SeenCallback } from './seenCallbacks';

/** A callback that is worth a run: which request it is about, and what its order brought along. */
export interface VerifiedCallback {
	request_id: string;
	callback_data: CallbackData;
	/** none in what n8n has saved of an earlier version */
	arrival?: Arrival;
}

const BUSY = 'other callbacks come first';
const ANOTHERS = "the callback data is another order's, or the order was for another address";

/** n8n's request knows its raw body, or reads it on demand; its public type does not say so. */
async function rawBody(ctx: IWebhookFunctions): Promise<Buffer> {
	const request = ctx.getRequestObject() as { rawBody?: Buffer; readRawBody?(): Promise<void> };
	await request.readRawBody?.();
	return request.rawBody ?? Buffer.alloc(0);
}

function requestIdIn(body: Buffer): string | undefined {
	try {
		const { request_id } = Object(JSON.parse(body.toString('utf8'))) as IDataObject;
		return isRequestId(request_id) ? request_id : undefined;
	} catch {
		return undefined;
	}
}

const connectionOf = async (ctx: IWebhookFunctions): Promise<Connected> =>
	await connect({
		getNode: () => ctx.getNode(),
		getCredentials: async <T>() => (await openedCredential(ctx)) as T,
		helpers: ctx.helpers,
	});

/** What the order brought along, and how it came in; undefined when somebody has changed it. */
function broughtAlong(
	ctx: IWebhookFunctions,
	{ connection }: Connected,
): Pick<VerifiedCallback, 'callback_data' | 'arrival'> | undefined {
	const { path } = ctx.getRequestObject();
	const packed = (ctx.getQueryData() as IDataObject)[CALLBACK_PARAMETER];
	if (packed === undefined) return { callback_data: {}, arrival: { path } };
	const returned = unpackCallbackData(packed, path, connection.key);
	return returned && { callback_data: returned.data, arrival: { path, nonce: returned.nonce } };
}

/** Test runs are for trying, so there the same callback may come again. */
const isTest = (ctx: IWebhookFunctions) => ctx.getMode() === 'manual';

/** What is known of the request without any question to n8n or fal: repetitions must cost little. */
function repetition(ctx: IWebhookFunctions, seen: SeenCallback): Answer | undefined {
	if (isTest(ctx)) return undefined;
	const state = seen.state();
	if (state === 'taken') return answer(200, 'this request was delivered before');
	return state && answer(409, 'this request is being looked into');
}

/** @returns why there is no run to start after all */
async function prepare(
	connected: Connected,
	callback: VerifiedCallback,
	admission: Admission,
	signal: AbortSignal,
): Promise<Answer | undefined> {
	const refusal = await lookUp(connected, callback.request_id, signal);
	if (refusal) return refusal;
	if (!(await admission.place(signal))) return answer(503, BUSY);
	// Another one may have come in with the same data meanwhile.
	if (!isItsOwn(callback)) return answer(401, ANOTHERS);
	belongTogether(callback);
	return undefined;
}

async function takeOnce(
	ctx: IWebhookFunctions,
	connected: Connected,
	callback: VerifiedCallback,
	keys: KeyObject[],
	signal: AbortSignal,
): Promise<Answer | VerifiedCallback> {
	const seen = seenCallback(ctx, callback.request_id);
	const repeated = repetition(ctx, seen);
	if (repeated) return repeated;
	if (!isItsOwn(callback)) return answer(401, ANOTHERS);
	// A person who tries it out waits for nobody.
	const admission = isTest(ctx) ? { place: async () => true } : admit(ctx, callback.request_id);
	if (!admission) return answer(503, BUSY);
	seen.open(keys);
	return (await prepare(connected, callback, admission, signal)) ?? callback;
}

async function judge(ctx: IWebhookFunctions): Promise<Answer | VerifiedCallback> {
	const signal = AbortSignal.timeout(CALLBACK.deadline);
	const body = await rawBody(ctx);
	const signed = readSigned({ headers: ctx.getHeaderData(), body }, Date.now());
	if (!signed) return answer(401, "fal's signature is missing, malformed or too old");
	const request_id = requestIdIn(body);
	const seen = request_id && seenCallback(ctx, request_id);
	const repeated = seen && isSignedBy(signed, seen.keys()) && repetition(ctx, seen);
	if (repeated) return repeated;
	const connected = await orAborted(connectionOf(ctx), signal);
	const keys = await keysOf(signed, connected, signal);
	if ('status' in keys) return keys;
	if (!request_id) return answer(400, 'the callback names no request');
	const brought = broughtAlong(ctx, connected);
	if (!brought)
		return answer(401, 'the callback data was changed, or was signed for another address or key');
	return await takeOnce(ctx, connected, { request_id, ...brought }, keys, signal);
}

/**
 * Judges a callback of fal's. It only names a request: whatever it says of the result is not used. Never
 * throws, since n8n would take that for a reason to start a run.
 *
 * @returns one item that names the request, for a run to deliver it; or the answer that was sent
 */
export async function handleCallback(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const judged = await attempt(async () => await judge(ctx));
	const verdict =
		'value' in judged ? judged.value : answer(503, 'the credential of fal Trigger cannot be used');
	if ('request_id' in verdict) return { workflowData: [[{ json: { ...verdict } }]] };
	if (verdict.status !== 200 && verdict.message !== BUSY)
		ctx.logger.warn(`fal Trigger started nothing for a callback: ${verdict.message}`);
	ctx.getResponseObject().status(verdict.status).json({ message: verdict.message });
	return { noWebhookResponse: true };
}
