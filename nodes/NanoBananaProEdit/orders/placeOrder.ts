import { attempt } from '../../shared/flow/attempt';
import { FalFailure, isInDoubt } from '../../shared/fal/failure';
import { submit, type Submitted } from '../../shared/fal/submit';
import { noteWebhookOrder } from '../../shared/fal/webhookOrders';
import { SUBMIT_DEADLINE, TRANSFER_DEADLINE } from '../../shared/limits';
import { throwIfEnding, type Run } from '../../shared/n8n/run';
import { addressOf } from '../input/callback';
import type { EditOrder } from '../input/input';
import type { LedgerEntry, Taken } from './ledger';
import { saveDoubt, saveRequestId } from './savedIds';
import { imageUrls } from './upload';

const asTaken = ({ request_id, status_url, response_url, cancel_url }: Submitted): Taken => ({
	request_id,
	status_url,
	response_url,
	cancel_url,
});

async function uploadAndSubmit(run: Run, itemIndex: number, order: EditOrder): Promise<Submitted> {
	const { fields, images, options, callback } = order;
	const image_urls = await imageUrls(run, itemIndex, images, options);
	const request = { ...fields, image_urls };
	const webhookUrl = callback && addressOf(callback, run.connection.key);
	const submitted = await submit(
		run.connection,
		request,
		{
			webhookUrl,
			priority: options.queuePriority,
			expiresIn: options.fileExpiration,
			deadline: options.imageTransfer === 'dataUri' ? TRANSFER_DEADLINE : SUBMIT_DEADLINE,
			// The upload, a pause or the queue for it may have lasted: is this still to be ordered?
			lastLook: () => throwIfEnding(run),
		},
		run.signal,
	);
	if (webhookUrl) noteWebhookOrder(submitted.request_id, webhookUrl);
	return submitted;
}

/** An order with its pictures inside is as large as they are: few at a time. */
const send = async (run: Run, itemIndex: number, order: EditOrder) =>
	order.options.imageTransfer === 'dataUri'
		? await run.largeCalls(async () => await uploadAndSubmit(run, itemIndex, order))
		: await uploadAndSubmit(run, itemIndex, order);

/**
 * Uploads the images and orders the edit, once: what the ledger holds is taken up in place of a new order.
 * Nothing is ordered once the run is stopped, or the node stops on another item's failure.
 *
 * @returns fal's answer, with the request id
 * @throws InputError for an unfit file; FalFailure of stage `upload` or `submit`
 */
export async function placeOrder(
	run: Run,
	itemIndex: number,
	order: EditOrder,
	entry: LedgerEntry,
): Promise<Taken> {
	if (entry.taken) return entry.taken;
	if (entry.inDoubt) throw new FalFailure(entry.inDoubt);
	const sent = await attempt(async () => await send(run, itemIndex, order));
	if ('error' in sent) {
		if (sent.error instanceof FalFailure && isInDoubt(sent.error.facts)) {
			const { stage, status, network, unusable } = sent.error.facts;
			entry.inDoubt = { stage, status, network, unusable };
			saveDoubt(run.ctx, itemIndex);
		}
		throw sent.error;
	}
	entry.taken = asTaken(sent.value);
	saveRequestId(run.ctx, entry.taken.request_id);
	// A process that is killed takes its memory along; the log is where the id can still be found.
	run.ctx.logger.info(
		`fal has taken the edit of item ${itemIndex} of execution ${run.ctx.getExecutionId()}: request ${entry.taken.request_id}`,
	);
	return entry.taken;
}
