import { attempt } from '../../shared/flow/attempt';
import { FalFailure, isInDoubt } from '../../shared/fal/failure';
import { submit, type Submitted } from '../../shared/fal/queue';
import type { Run } from '../../shared/n8n/run';
import { addressOf } from '../input/callback';
import type { EditOrder } from '../input/input';
import type { LedgerEntry, Taken } from './ledger';
import { imageUrls } from './upload';

const asTaken = ({ request_id, status_url, response_url, cancel_url }: Submitted): Taken => ({
	request_id,
	status_url,
	response_url,
	cancel_url,
});

/**
 * Uploads the images and orders the edit, once: what the order book holds is taken up in place of a
 * new order.
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
	const { fields, images, options, callback } = order;
	const image_urls = await imageUrls(run, itemIndex, images, options);
	const request = { ...fields, image_urls };
	const webhookUrl = callback && addressOf(callback, request, run.connection.key);
	const sent = await attempt(
		async () =>
			await submit(
				run.connection,
				request,
				{ webhookUrl, priority: options.queuePriority, expiresIn: options.fileExpiration },
				run.signal,
			),
	);
	if ('error' in sent) {
		if (sent.error instanceof FalFailure && isInDoubt(sent.error.facts)) {
			const { stage, status, network, unusable } = sent.error.facts;
			entry.inDoubt = { stage, status, network, unusable };
		}
		throw sent.error;
	}
	entry.taken = asTaken(sent.value);
	// A process that is killed takes its memory along; the log is where the id can still be found.
	run.ctx.logger.info(
		`fal has taken the edit of item ${itemIndex} of execution ${run.ctx.getExecutionId()}: request ${entry.taken.request_id}`,
	);
	return entry.taken;
}
