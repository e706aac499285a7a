import type { KeyObject } from 'crypto';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { attempt } from '../shared/flow/attempt';
import {
	CALLBACK_PARAMETER,
	unpackCallbackData,
	type CallbackData,
} from '../shared/fal/callbackData';
import { connect, type Connected } from '../shared/n8n/connection';
import { fittingKeys } from '../shared/fal/keySet';
import { FalFailure } from '../shared/fal/failure';
import { isRequestId, status } from '../shared/fal/queue';
import { isSignedBy, readSigned, type Signed } from '../shared/fal/webhookSignature';
import { CALLBACK } from '../shared/limits';
import { orAborted, pause } from '../shared/flow/pause';
import { seenCallback, type SeenCallback } from './seenCallbacks';
import { openedCredential } from './openedCredential';
import { takePlace } from './places';

/** An answer to a callback that starts nothing. */
export interface Answer {
	status: 200 | 400 | 401 | 404 | 409 | 503;
	message: string;
}

/** A callback that is worth a run: which request it is about, and what its order brought along. */
export interface VerifiedCallback {
	request_id: string;
	callback_data: CallbackData;
}

const BUSY = 'other callbacks come first';

const answer = (status: Answer['status'], message: string): Answer => ({ status, message });

/** n8n's request knows its raw body, or reads it on demand; its public type does not say so. */
async function rawBody(ctx: IWebhookFunctions): Promise<Buffer> {
	const request = ctx.getRequestObject() as { rawBody?: Buffer; readRawBody?(): Promise<void> };
	if (!request.rawBody) await request.readRawBody?.();
	return request.rawBody ?? Buffer.alloc(0);
}

/** @returns the keys, one of which has signed the callback, or why it is not to be believed */
async function keysOf(
	signed: Signed,
	{ connection }: Connected,
	signal: AbortSignal,
): Promise<KeyObject[] | Answer> {
	const fits = (keys: KeyObject[]) => isSignedBy(signed, keys);
	const fitting = await attempt(async () => await fittingKeys(connection, fits, signal));
	if ('error' in fitting) return answer(503, "fal's keys cannot be fetched");
	return fitting.value ?? answer(401, "the signature is not fal's");
}

function requestIdIn(body: Buffer): string | undefined {
	try {
		const { request_id } = Object(JSON.parse(body.toString('utf8'))) as IDataObject;
		return isRequestId(request_id) ? request_id : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Looks the request up with the credential's own key: anybody can make fal sign a callback for a request
 * of another account.
 *
 * @returns why there is nothing to deliver, or undefined when the request is this account's and finished
 */
async function lookUp(
	{ connection }: Connected,
	requestId: string,
	signal: AbortSignal,
): Promise<Answer | undefined> {
	for (;;) {
		const look = await attempt(async () => await status(connection, requestId, { signal }));
		if ('value' in look && look.value.status === 'COMPLETED') return undefined;
		const { status: code } = ('error' in look && (look.error as FalFailure).facts) || {};
		if (code === 404) return answer(404, 'this account has no such request');
		if ('error' in look) return answer(503, 'fal does not say where the request stands');
		const waited = await attempt(async () => await pause(CALLBACK.pause, signal));
		if ('error' in waited) return answer(503, 'the request is not finished');
	}
}

const connectionOf = async (ctx: IWebhookFunctions): Promise<Connected> =>
	await connect({
		getNode: () => ctx.getNode(),
		getCredentials: async <T>() => (await openedCredential(ctx)) as T,
		helpers: ctx.helpers,
	});

/** What the order brought along; undefined when somebody has changed it. */
function callbackDataOf(ctx: IWebhookFunctions, { connection }: Connected) {
	const packed = (ctx.getQueryData() as IDataObject)[CALLBACK_PARAMETER];
	return packed === undefined ? {} : unpackCallbackData(packed, connection.key);
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

async function placeFor(
	ctx: IWebhookFunctions,
	requestId: string,
	signal: AbortSignal,
): Promise<Answer | undefined> {
	// A person who tries it out waits for nobody.
	const hasPlace = isTest(ctx) || (await takePlace(ctx, requestId, signal));
	return hasPlace ? undefined : answer(503, BUSY);
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
	seen.open(keys);
	const refusal =
		(await lookUp(connected, callback.request_id, signal)) ??
		(await placeFor(ctx, callback.request_id, signal));
	if (refusal) seen.close();
	return refusal ?? callback;
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
	const callback_data = callbackDataOf(ctx, connected);
	if (!callback_data) return answer(401, 'the callback data was changed');
	return await takeOnce(ctx, connected, { request_id, callback_data }, keys, signal);
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
