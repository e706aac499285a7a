import type { KeyObject } from 'crypto';
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import type { FalFailure } from '../shared/fal/failure';
import type { FalConnection } from '../shared/fal/http/client';
import { isRequestId, status } from '../shared/fal/queue/queue';
import { CALLBACK_PARAMETER, unpackCallbackData } from '../shared/fal/webhooks/callbackData';
import { fittingKeys, isSignedBy, readSigned, type Signed } from '../shared/fal/webhooks/signature';
import { attempt } from '../shared/flow/attempt';
import { pause } from '../shared/flow/pause';
import { CALLBACK, WEBHOOK_CLOCK_SKEW } from '../shared/limits';
import { connect } from '../shared/n8n/connection';
import { answer, type Answer, type Callback } from './deliveries';
import { triggerOf } from './trigger';

/** A call as it has come in: fal's signature, and the request that it names. */
export interface Call {
	signed: Signed;
	/** empty where it names none */
	requestId: string;
	/** ms since 1970 */
	cameAt: number;
}

/** A call that fal has signed, with what came along with its request's submit. */
export interface Verified {
	callback: Callback;
	connection: FalConnection;
	/** fal's keys, one of which has signed it */
	keys: KeyObject[];
}

async function connectionOf(ctx: IWebhookFunctions): Promise<FalConnection> {
	const getCredentials = async <T>() => (await triggerOf(ctx).credential.get(ctx)) as T;
	const opened = { getNode: () => ctx.getNode(), getCredentials, helpers: ctx.helpers };
	return (await connect(opened)).connection;
}

/** n8n's request knows its raw body, or reads it on demand; its public type does not say so. */
async function rawBody(ctx: IWebhookFunctions): Promise<Buffer> {
	const request = ctx.getRequestObject() as { rawBody?: Buffer; readRawBody?(): Promise<void> };
	await request.readRawBody?.();
	return request.rawBody ?? Buffer.alloc(0);
}

function requestIdOf(body: Buffer): string {
	try {
		const { request_id } = Object(JSON.parse(body.toString('utf8'))) as IDataObject;
		return isRequestId(request_id) ? request_id : '';
	} catch {
		return '';
	}
}

/** @returns undefined where fal cannot have signed it: a header is missing or malformed */
export async function readCall(ctx: IWebhookFunctions): Promise<Call | undefined> {
	const cameAt = Date.now();
	const body = await rawBody(ctx);
	const signed = readSigned({ headers: ctx.getHeaderData(), body });
	return signed && { signed, requestId: requestIdOf(body), cameAt };
}

/** @returns why a call of this time is not believed: somebody may send an old one again */
export function wrongTime({ signed }: Call): Answer | undefined {
	const ahead = Math.round((signed.time - Date.now()) / 1_000);
	const allowed = WEBHOOK_CLOCK_SKEW / 1_000;
	if (Math.abs(ahead) <= allowed) return undefined;
	const off = `${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'}`;
	return answer(
		401,
		`its time is ${off} n8n's clock, and ${allowed} s are allowed. If this happens with every callback, set the clock of the machine that runs n8n`,
	);
}

/** What came along with the submit, and how it came in; undefined when somebody has changed it. */
function callbackOf(
	ctx: IWebhookFunctions,
	request_id: string,
	apiKey: string,
): Callback | undefined {
	const { path } = ctx.getRequestObject();
	const packed = (ctx.getQueryData() as IDataObject)[CALLBACK_PARAMETER];
	if (packed === undefined) return { request_id, callback_data: {}, arrival: { path } };
	const returned = unpackCallbackData(packed, path, apiKey);
	if (!returned) return undefined;
	const { data, nonce } = returned;
	return { request_id, callback_data: data, arrival: { path, nonce } };
}

/** @returns what the call is about, or why it is not to be believed */
export async function verify(ctx: IWebhookFunctions, call: Call): Promise<Answer | Verified> {
	const connection = await connectionOf(ctx);
	const fits = (keys: KeyObject[]) => isSignedBy(call.signed, keys);
	const fitting = await attempt(async () => await fittingKeys(connection, fits));
	if ('error' in fitting) return answer(503, "fal's keys cannot be fetched");
	if (!fitting.value) return answer(401, "the signature is not fal's");
	const late = wrongTime(call);
	if (late) return late;
	if (call.requestId === '') return answer(400, 'the callback names no request');
	const callback = callbackOf(ctx, call.requestId, connection.key);
	if (callback) return { callback, connection, keys: fitting.value };
	return answer(401, 'the callback data was changed, or signed for another address or API key');
}

/**
 * Looks the request up with the credential's own key: anybody can make fal sign a callback for a request
 * of another account.
 *
 * @returns why there is nothing to deliver, or undefined when the request is this account's and finished
 */
export async function lookUp(
	connection: FalConnection,
	requestId: string,
): Promise<Answer | undefined> {
	for (const since = performance.now(); ; await pause(CALLBACK.pause)) {
		const look = await attempt(async () => await status(connection, requestId));
		if ('value' in look && look.value.status === 'COMPLETED') return undefined;
		const { status: code } = ('error' in look && (look.error as FalFailure).facts) || {};
		if (code === 404) return answer(404, 'this account has no such request');
		if ('error' in look) return answer(503, 'fal does not return the status of the request');
		if (performance.now() - since + CALLBACK.pause > CALLBACK.unfinished)
			return answer(503, 'the request is not finished');
	}
}
