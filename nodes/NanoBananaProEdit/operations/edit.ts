import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../../shared/flow/attempt';
import { failedForFree } from '../../shared/fal/failure';
import type { EditResult } from '../../shared/fal/queue/queue';
import { waitForResult } from '../../shared/fal/queue/wait';
import type { Place } from '../../shared/flow/turns';
import type { Run } from '../../shared/n8n/run';
import { isDataUri } from '../../shared/images/inspect/dataUri';
import { toItems } from '../../shared/images/transfer/resultItems';
import type { EditOrder } from '../parameters/input';
import { findEarlierResult } from '../orders/earlierResult';
import { hintMade } from '../orders/hints';
import type { Ledger } from '../orders/ledger';
import type { LedgerEntry } from '../orders/ledgerEntry';
import { placeOrder } from '../orders/placeOrder';
import { runOrders, type OrderWork } from '../orders/runOrders';

const holdsImages = ({ images }: EditResult) => images.some(({ url }) => isDataUri(url));

/** What fal has once given is known, whatever fal says of it later. */
async function resultOf(
	run: Run,
	requestId: string,
	order: EditOrder,
	entry: LedgerEntry,
	ledger: Ledger,
	place: Place,
) {
	if (entry.result) return entry.result;
	const { timeout, startTimeout, includeLogs } = order.options;
	const { signal, results } = run;
	const isLarge = order.fields.sync_mode;
	const waited = await attempt(
		async () =>
			await waitForResult(run.connection, requestId, {
				onStatus: (status) => place.saw(status),
				...{ timeout, startTimeout, logs: includeLogs, signal, results, isLarge },
				...(isLarge && { largeCalls: run.largeCalls }),
			}),
	);
	if ('value' in waited) {
		if (!holdsImages(waited.value)) entry.result = waited.value;
		return waited.value;
	}
	// fal charges nothing for failures of its own, so a second try of the node may order anew.
	if (failedForFree(waited.error)) ledger.strike(entry);
	throw waited.error;
}

async function placeAndWait(...[run, itemIndex, order, entry, ledger]: Parameters<OrderWork>) {
	const place = run.turns.place(run, run.signal);
	try {
		const { request_id: requestId } = await placeOrder(run, itemIndex, order, {
			...{ entry, ledger, place },
			patience: order.options.timeout * 1_000,
		});
		// While fal works; for what is here already the delivery asks.
		if (order.options.includeCost && !entry.result) run.price.start();
		const result = await resultOf(run, requestId, order, entry, ledger, place);
		return { requestId, result };
	} finally {
		place.leave();
	}
}

/** One edit as a story: order it, wait for it, take its images home. */
const editOne: OrderWork = async (run, itemIndex, order, entry, ledger) => {
	if (entry.items) return entry.items;
	// What this execution has ordered itself comes before what is like it.
	const isNew = !entry.taken && !entry.inDoubt;
	const earlier = isNew && (await findEarlierResult(run, itemIndex, order));
	if (earlier) return earlier;
	const { requestId, result } = await placeAndWait(run, itemIndex, order, entry, ledger);
	const items = await toItems(run, requestId, result, order.options);
	if (holdsImages(result)) entry.items = items;
	return items;
};

/** Edit Image: files or addresses in, finished files out. */
export async function edit(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = await runOrders(ctx, editOne);
	hintMade(ctx, items);
	return items;
}
