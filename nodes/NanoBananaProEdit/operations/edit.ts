import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../../shared/flow/attempt';
import { failedForFree, wasCancelled } from '../../shared/fal/failure';
import type { EditResult } from '../../shared/fal/queue/result';
import { waitForResult } from '../../shared/fal/queue/wait';
import type { Place } from '../../shared/flow/turns';
import { isDataUri } from '../../shared/fal/http/addresses';
import { toItems, type ResultItem } from '../../shared/images/transfer/resultItems';
import { placeEdit } from '../edits/placeEdit';
import { findEarlierResult } from '../edits/reuse';
import { runEdits, type EditWork } from '../edits/runEdits';

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
	const waited = await attempt(
		async () =>
			await waitForResult(connection, requestId, {
				...{ timeout, startTimeout, logs, signal, results, isLarge, onStatus },
				mayCancel: () => request.mayCancel(last === 'IN_QUEUE'),
				...(isLarge && { largeCalls }),
			}),
	);
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

/** One edit: submits it when the account has room for it, waits for it, takes its images home. */
async function editOne(work: EditWork): Promise<INodeExecutionData[]> {
	const { run, itemIndex, edit, request } = work;
	const { options } = edit;
	if (request.state.status === 'delivered') return request.state.output as ResultItem[];
	// What this execution has submitted itself comes before what is like it.
	const earlier = request.state.status === 'new' && (await findEarlierResult(run, itemIndex, edit));
	if (earlier) return earlier;

	const turn = run.turns.place(run, run.signal);
	const { taken, seed } = await placeEdit(work, options.timeout * 1_000, turn);
	const { request_id } = taken;
	// While fal works; for what is here already the delivery asks.
	if (options.includeCost && request.state.status !== 'finished') run.price.start();
	const result = await resultOf(work, request_id, turn).finally(() => turn.leave());
	const items = await toItems(run, request_id, { ...result, seed }, options);
	if (holdsImages(result)) request.dispatch({ type: 'delivered', output: items });
	return items;
}

/** Edit Image: files or addresses in, finished files out. */
export async function edit(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await runEdits(ctx, editOne);
}
