import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failedForFree, wasCancelled } from '../../shared/fal/failure';
import { isDataUri } from '../../shared/fal/http/addresses';
import { originOf } from '../../shared/fal/http/client';
import { cancel, status } from '../../shared/fal/queue/queue';
import { result, type EditResult } from '../../shared/fal/queue/result';
import { submit, type SubmitOptions } from '../../shared/fal/queue/submit';
import { waitForResult } from '../../shared/fal/queue/wait';
import { arrivalAt } from '../../shared/fal/webhooks/callbackData';
import { attempt } from '../../shared/flow/attempt';
import type { Place } from '../../shared/flow/turns';
import { toItems, type ResultItem } from '../../shared/images/transfer/resultItems';
import { LOST_REQUEST, SUBMIT_DEADLINE, TRANSFER_DEADLINE } from '../../shared/limits';
import { noteDoubt, noteRequest } from '../../shared/n8n/executionRequests';
import type { Run } from '../../shared/n8n/run';
import { throwIfEnding } from '../../shared/n8n/runItems';
import { noteSubmitted } from '../../shared/n8n/workflowRequests';
import { place, type FalQueue } from '../../shared/requests/place';
import { processMemory } from '../../shared/requests/processMemory';
import type { Taken } from '../../shared/requests/request';
import { findEarlierResult } from '../edits/reuse';
import { runEdits, type EditWork } from '../edits/runEdits';
import { imageKeys, imageUrls } from '../edits/upload';
import { addressOf } from '../parameters/callback';

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
async function placeEdit(
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
		inTurn: async <T>(task: () => Promise<T>) => await (turn?.send(task) ?? task()),
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

const holdsImages = ({ images }: EditResult) => images.some(({ url }) => isDataUri(url));

/** What fal has once given is known, whatever fal says of it later. */
async function resultOf({ run, edit, request }: EditWork, requestId: string, turn: Place) {
	if (request.state.status === 'finished') return request.state.result;
	const { timeout, startTimeout, includeLogs: logs } = edit.options;
	const { connection, signal, results, largeCalls } = run;
	const isLarge = edit.fields.sync_mode;
	let last = '';
	const onStatus = (status: string) => {
		last = status;
		turn.saw(status);
		// What fal works on may be paid, whatever it was asked before.
		if (status === 'IN_PROGRESS' && request.state.status === 'cancelling')
			request.dispatch({ type: 'inProgress' });
	};
	const options = {
		...{ timeout, startTimeout, logs, signal, results, isLarge, onStatus },
		mayCancel: () => request.mayCancel(last === 'IN_QUEUE'),
		...(isLarge && { largeCalls }),
	};
	const waited = await attempt(async () => await waitForResult(connection, requestId, options));
	if ('error' in waited) {
		// What costs nothing may be submitted anew by a second try of the node.
		if (failedForFree(waited.error)) request.dispatch({ type: 'failedForFree' });
		else if (request.state.status === 'cancelling' && wasCancelled(waited.error, edit.fields))
			request.dispatch({ type: 'cancelled' });
		throw waited.error;
	}
	if (!holdsImages(waited.value)) request.dispatch({ type: 'finished', result: waited.value });
	return waited.value;
}

async function placeAndWait(work: EditWork, turn: Place) {
	const { run, edit, request } = work;
	const { timeout, includeCost } = edit.options;
	const { taken, seed } = await placeEdit(work, timeout * 1_000, turn);
	// While fal works; for what is here already the delivery asks.
	if (includeCost && request.state.status !== 'finished') run.price.start();
	const found = await resultOf(work, taken.request_id, turn);
	return { requestId: taken.request_id, result: { ...found, seed } };
}

async function editOne(work: EditWork): Promise<INodeExecutionData[]> {
	const { run, itemIndex, edit, request } = work;
	if (request.state.status === 'delivered') return request.state.output as ResultItem[];
	// What this execution has submitted itself comes before what is like it.
	const earlier = request.state.status === 'new' && (await findEarlierResult(run, itemIndex, edit));
	if (earlier) return earlier;

	const turn = run.turns.place(run, run.signal);
	// However it ends, its place among the account's requests is free.
	const finished = placeAndWait(work, turn).finally(() => turn.leave());
	const { requestId, result } = await finished;
	const items = await toItems(run, requestId, result, edit.options);
	if (holdsImages(result)) request.dispatch({ type: 'delivered', output: items });
	return items;
}

/** Edit Image: files or addresses in, finished files out. Submits each edit when the account has room for it. */
export const edit = async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await runEdits(ctx, editOne);

/** n8n drops the output of a stopped run, so nobody would collect what it has submitted. */
function cancelOnStop({ run, request }: EditWork, requestId: string): void {
	const drop = () => {
		// Nobody has looked whether fal has begun it; and nothing waits for this, since the user has stopped the run.
		if (request.mayCancel(false)) void cancel(run.connection, requestId).catch(() => undefined);
	};
	if (run.signal?.aborted) drop();
	else run.signal?.addEventListener('abort', drop, { once: true });
}

async function submitOne(work: EditWork): Promise<INodeExecutionData[]> {
	const { taken } = await placeEdit(work, LOST_REQUEST.submit);
	const { request_id, ...urls } = taken;
	await noteSubmitted(work.run, request_id);
	cancelOnStop(work, request_id);
	return [{ json: { request_id, status: 'IN_QUEUE', ...urls } }];
}

/** Submit Edit: submits the edit and gives its request id at once. */
export const submitEdit = async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await runEdits(ctx, submitOne);
