import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { isSignedBy } from '../shared/fal/webhooks/signature';
import { attempt } from '../shared/flow/attempt';
import { answer, type Answer, type Callback, type Deliveries, type Delivery } from './deliveries';
import { runSlots } from './runSlots';
import { triggerOf } from './trigger';
import { lookUp, readCall, verify, wrongTime, type Call, type Verified } from './verify';

const BUSY = answer(503, 'fal Trigger is busy with other callbacks');
const DELIVERED = answer(200, 'this request has already been delivered');
const UNSIGNED = answer(401, "fal's signature is missing or malformed");
const NO_CREDENTIAL = answer(503, 'the credential of fal Trigger cannot be used');
const ANOTHERS = answer(
	401,
	'the callback data belongs to another request, or the edit was submitted for another address',
);

/** n8n neither answers nor starts a run: the call is answered, or held for its request's delivery. */
const NO_RUN: IWebhookResponseData = { noWebhookResponse: true };

const runOf = (callbacks: Callback[]): IWebhookResponseData => ({
	workflowData: [callbacks.map((callback) => ({ json: { ...callback } }))],
});

function log({ logger }: IWebhookFunctions, { message }: Answer): void {
	logger.warn(`fal Trigger started nothing for a callback: ${message}`);
}

function reply(ctx: IWebhookFunctions, { status, message }: Answer): IWebhookResponseData {
	ctx.getResponseObject().status(status).json({ message });
	return NO_RUN;
}

function turnAway(ctx: IWebhookFunctions, why: Answer): IWebhookResponseData {
	log(ctx, why);
	return reply(ctx, why);
}

/** @returns why the request is not delivered with this data */
async function findRefusal(
	deliveries: Deliveries,
	{ callback, connection }: Verified,
): Promise<Answer | undefined> {
	if (!deliveries.isAsSubmitted(callback)) return ANOTHERS;
	if (deliveries.isSubmittedHere(callback)) return undefined;
	const refusal = await lookUp(connection, callback.request_id);
	if (refusal) return refusal;
	// Another one may have come in with the same data meanwhile.
	if (!deliveries.isAsSubmitted(callback)) return ANOTHERS;
	deliveries.own(callback);
	return undefined;
}

async function checkLater(
	ctx: IWebhookFunctions,
	delivery: Delivery,
	finding: Promise<Answer | undefined>,
): Promise<void> {
	const refusal = await finding;
	delivery.isChecked = true;
	if (!refusal) return;
	log(ctx, refusal);
	delivery.end(refusal, 'refused');
}

/** Holds the call, and starts the run of all that wait unless an earlier call does. */
async function wait(
	ctx: IWebhookFunctions,
	{ cameAt }: Call,
	delivery: Delivery,
): Promise<IWebhookResponseData> {
	const response = ctx.getResponseObject();
	delivery.hold(response, cameAt);
	const group = await runSlots.join(triggerOf(ctx).deliveries, delivery);
	const callbacks = group ? await runSlots.callbacksOf(group) : [];
	if (!group || callbacks.length === 0) return NO_RUN;
	// Its own request may be late, or may have been told to come again; its run delivers the others all the same.
	if (!group.deliveries.includes(delivery) || !delivery.release(response))
		return { ...NO_RUN, ...runOf(callbacks) };
	group.follow(response);
	return runOf(callbacks);
}

async function admit(
	ctx: IWebhookFunctions,
	call: Call,
	verified: Verified,
): Promise<IWebhookResponseData> {
	const { deliveries } = triggerOf(ctx);
	const delivery = deliveries.open(verified.callback, verified.keys);
	delivery.checked = checkLater(ctx, delivery, findRefusal(deliveries, verified));
	return await wait(ctx, call, delivery);
}

/** A call that comes again costs little: what is known of its request is not asked for once more. */
async function takeKnown(
	ctx: IWebhookFunctions,
	call: Call,
): Promise<IWebhookResponseData | undefined> {
	const known = triggerOf(ctx).deliveries.find(call.requestId);
	if (!known || wrongTime(call) || !isSignedBy(call.signed, known.keys)) return undefined;
	if (known.state === 'delivered') return reply(ctx, DELIVERED);
	if (known.dispatch('takenUp')) return await wait(ctx, call, known);
	known.hold(ctx.getResponseObject(), call.cameAt);
	return NO_RUN;
}

/** A person who tries it out waits for nobody, and may send the same callback again. */
async function test(ctx: IWebhookFunctions, verified: Verified): Promise<IWebhookResponseData> {
	const refusal = await findRefusal(triggerOf(ctx).deliveries, verified);
	return refusal ? turnAway(ctx, refusal) : runOf([verified.callback]);
}

async function handle(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const isTest = ctx.getMode() === 'manual';
	const call = await readCall(ctx);
	if (!call) return turnAway(ctx, UNSIGNED);
	const known = isTest ? undefined : await takeKnown(ctx, call);
	if (known) return known;
	const verified = await verify(ctx, call);
	if ('status' in verified) return turnAway(ctx, verified);
	if (isTest) return await test(ctx, verified);
	return (await takeKnown(ctx, call)) ?? (await admit(ctx, call, verified));
}

/**
 * Takes a callback of fal's: verify, admit, answer. It only names a request: whatever it says of the result
 * is not used. Never throws, since n8n would take that for a reason to start a run.
 *
 * @returns the items of a run to start, each a request to deliver; or that there is none to start
 */
export async function takeCallback(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	if (runSlots.isFull(triggerOf(ctx).deliveries)) return reply(ctx, BUSY);
	const handled = await attempt(async () => await handle(ctx));
	return 'value' in handled ? handled.value : turnAway(ctx, NO_CREDENTIAL);
}
