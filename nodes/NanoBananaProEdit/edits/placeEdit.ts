import { originOf } from '../../shared/fal/http/client';
import { status } from '../../shared/fal/queue/queue';
import { result } from '../../shared/fal/queue/result';
import { submit, type SubmitOptions } from '../../shared/fal/queue/submit';
import { arrivalAt } from '../../shared/fal/webhooks/callbackData';
import { SUBMIT_DEADLINE, TRANSFER_DEADLINE } from '../../shared/limits';
import type { Place } from '../../shared/flow/turns';
import { attempt } from '../../shared/flow/attempt';
import { noteDoubt, noteRequest } from '../../shared/n8n/executionRequests';
import type { Run } from '../../shared/n8n/run';
import { throwIfEnding } from '../../shared/n8n/runItems';
import { place, type FalQueue } from '../../shared/requests/place';
import { processMemory } from '../../shared/requests/processMemory';
import type { Taken } from '../../shared/requests/request';
import { addressOf } from '../parameters/callback';
import type { EditWork } from './runEdits';
import { imageKeys, imageUrls } from './upload';

/** One image an edit: several with one seed are reported to come out equal (fal-js#213), each of them paid. */
const drawsSeed = ({ num_images = 1, seed }: EditWork['edit']['fields']) =>
	num_images === 1 && seed === undefined;

const queueOf = ({ connection, signal }: Run, options: SubmitOptions): FalQueue => ({
	submit: async (input, lastLook) =>
		await submit(connection, input as never, { ...options, lastLook }, signal),
	status: async (requestId) => await status(connection, requestId, { signal }),
	result: async (requestId) => await result(connection, requestId, signal),
});

/**
 * Uploads the images and submits the edit, once; what was submitted for this row before is taken up. Nothing is
 * submitted once the run is stopped, or the node stops on another item's failure.
 *
 * @param patience ms for which it is looked for where its answer was lost
 * @param turn its place among the account's requests; without one it is sent at once
 * @returns fal's answer, with the request id, and the seed that was sent
 * @throws InputError for an unfit file; FalFailure of stage `upload` or `submit`
 */
export async function placeEdit(
	{ run, itemIndex, edit, request, journal, retriedSince }: EditWork,
	patience: number,
	turn?: Place,
): Promise<{ taken: Taken; seed?: number }> {
	const { connection, search, signal } = run;
	const { fields, images, options, callback } = edit;
	const isLarge = options.imageTransfer === 'dataUri';
	const webhookUrl = callback && addressOf(callback, connection.key);
	const placing = {
		...{ origin: originOf(connection), signal, search, journal, retriedSince, patience },
		...{ fields, drawsSeed: drawsSeed(fields), ...(isLarge && { lane: run.largeCalls }) },
		upload: async () => await imageUrls(run, itemIndex, images, options),
		imageKeys: async () => await imageKeys(run, itemIndex, images),
		inTurn: async <T>(send: () => Promise<T>) => await (turn?.send(send) ?? send()),
		lastLook: () => throwIfEnding(run),
		fal: queueOf(run, {
			...{ webhookUrl, priority: options.queuePriority, expiresIn: options.fileExpiration },
			startTimeout: options.startTimeout,
			deadline: isLarge ? TRANSFER_DEADLINE : SUBMIT_DEADLINE,
		}),
	};
	const placed = await attempt(async () => await place(request, placing));
	if (request.state.status === 'unconfirmed') noteDoubt(run.ctx, itemIndex);
	if ('error' in placed) throw placed.error;
	const taken = placed.value;
	if (webhookUrl)
		processMemory.noteSubmit(taken.request_id, {
			arrival: arrivalAt(webhookUrl),
			data: callback.data,
		});
	noteRequest(run.ctx, itemIndex, taken.request_id);
	return { taken, seed: placing.drawsSeed ? request.seed : fields.seed };
}
