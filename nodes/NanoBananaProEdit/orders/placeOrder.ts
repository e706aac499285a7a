import { attempt } from '../../shared/flow/attempt';
import { FalFailure, isInDoubt, keptOf } from '../../shared/fal/failure';
import { submit, type Submitted } from '../../shared/fal/queue/submit';
import { noteWebhookOrder } from '../../shared/fal/webhooks/webhookOrders';
import { SUBMIT_DEADLINE, TRANSFER_DEADLINE } from '../../shared/limits';
import { throwIfEnding, type Run } from '../../shared/n8n/run';
import { addressOf } from '../parameters/callback';
import type { Place } from '../../shared/flow/turns';
import type { EditOrder } from '../parameters/input';
import type { Ledger } from './ledger';
import type { LedgerEntry, Taken } from './ledgerEntry';
import { findLostOrder } from './lostOrder';
import { shortened } from './sameOrder';
import { saveDoubt, saveRequestId } from './savedIds';
import { imageUrls, imageKeys } from './upload';

/** The order's place in the ledger of this execution. */
interface Booking {
	entry: LedgerEntry;
	ledger: Ledger;
	/** ms for which an order is looked for whose answer was lost */
	patience: number;
	/** its place among the account's requests; without one it is sent at once */
	place?: Place;
}

async function uploadAndSubmit(
	run: Run,
	itemIndex: number,
	order: EditOrder,
	{ place, ...rest }: Booking,
): Promise<Submitted> {
	const image_urls = await imageUrls(run, itemIndex, order.images, order.options);
	const sendIt = async () => await markAndSubmit(run, order, image_urls, rest);
	return await (place?.send(sendIt) ?? sendIt());
}

async function markAndSubmit(
	run: Run,
	{ fields, options, callback }: EditOrder,
	image_urls: string[],
	{ entry, ledger }: Booking,
): Promise<Submitted> {
	await ledger.mark(entry);
	const request = { ...fields, image_urls };
	const webhookUrl = callback && addressOf(callback, run.connection.key);
	const submitted = await submit(
		run.connection,
		request,
		{
			webhookUrl,
			priority: options.queuePriority,
			startTimeout: options.startTimeout,
			expiresIn: options.fileExpiration,
			deadline: options.imageTransfer === 'dataUri' ? TRANSFER_DEADLINE : SUBMIT_DEADLINE,
			// The upload, a pause or the queue for it may have lasted: is this still to be ordered?
			lastLook: () => {
				throwIfEnding(run);
				entry.sent ??= { at: Date.now(), input: shortened(request) };
			},
		},
		run.signal,
	);
	if (webhookUrl) noteWebhookOrder(submitted.request_id, webhookUrl);
	return submitted;
}

/** An order with its images inside is as large as they are: few at a time, and none waits with them for its turn. */
async function send(run: Run, itemIndex: number, order: EditOrder, booking: Booking) {
	if (order.options.imageTransfer !== 'dataUri')
		return await uploadAndSubmit(run, itemIndex, order, booking);
	const { place, ...rest } = booking;
	const sendIt = async () =>
		await run.largeCalls(async () => await uploadAndSubmit(run, itemIndex, order, rest));
	return await (place?.send(sendIt) ?? sendIt());
}

/** An order that a killed run has begun is looked for as one whose answer was lost, by its images' keys. */
async function doubtWhatWasBegun(
	run: Run,
	itemIndex: number,
	{ fields, images }: EditOrder,
	entry: LedgerEntry,
): Promise<void> {
	const input = { ...fields, image_urls: await imageKeys(run, itemIndex, images) };
	entry.sent = { at: Date.now(), input, byKilledRun: true };
	entry.inDoubt = { stage: 'submit', network: 'NO_ANSWER' };
	delete entry.begun;
}

/** What a failed order leaves in the ledger: a doubt, or nothing. */
function noteFailure(entry: LedgerEntry, error: unknown): void {
	if (error instanceof FalFailure && isInDoubt(error.facts)) entry.inDoubt = keptOf(error.facts);
	else delete entry.sent;
}

/** After a stop, and whatever else ends the search, the doubt stays: that is what the user has to know. */
async function clearDoubt(run: Run, itemIndex: number, { entry, ledger, patience }: Booking) {
	await attempt(async () => await findLostOrder(run, entry, ledger, patience));
	if (entry.inDoubt) saveDoubt(run.ctx, itemIndex);
}

/** A process that is killed takes its memory along; the log is where the id can still be found. */
function tell({ ctx }: Run, itemIndex: number, requestId: string): void {
	saveRequestId(ctx, requestId);
	ctx.logger.info(
		`fal has taken the edit of item ${itemIndex} of execution ${ctx.getExecutionId()}: request ${requestId}`,
	);
}

/**
 * Uploads the images and orders the edit, once: what the ledger holds is taken up in place of a new order,
 * and one whose answer was lost is looked for in fal's history. Nothing is ordered once the run is
 * stopped, or the node stops on another item's failure.
 *
 * @returns fal's answer, with the request id
 * @throws InputError for an unfit file; FalFailure of stage `upload` or `submit`
 */
export async function placeOrder(
	run: Run,
	itemIndex: number,
	order: EditOrder,
	booking: Booking,
): Promise<Taken> {
	const place = async () => await placeOnce(run, itemIndex, order, booking);
	return await booking.ledger.place(booking.entry, place, run.signal);
}

async function placeOnce(
	run: Run,
	itemIndex: number,
	order: EditOrder,
	booking: Booking,
): Promise<Taken> {
	const { entry, ledger } = booking;
	if (entry.taken) return entry.taken;
	if (entry.begun) await doubtWhatWasBegun(run, itemIndex, order, entry);
	let failure: unknown = entry.inDoubt && new FalFailure(entry.inDoubt);
	if (!entry.inDoubt) {
		const sent = await attempt(async () => await send(run, itemIndex, order, booking));
		if ('value' in sent) {
			const { request_id, status_url, response_url, cancel_url } = sent.value;
			ledger.take(entry, request_id, { status_url, response_url, cancel_url });
		} else {
			failure = sent.error;
			noteFailure(entry, failure);
		}
	}
	if (entry.inDoubt) await clearDoubt(run, itemIndex, booking);
	const { taken } = entry as LedgerEntry;
	if (!taken) throw failure;
	tell(run, itemIndex, taken.request_id);
	return taken;
}
