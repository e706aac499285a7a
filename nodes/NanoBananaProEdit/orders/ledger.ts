import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { FailureFacts } from '../../shared/fal/failure';
import type { Submitted } from '../../shared/fal/queue';
import type { EditOrder } from '../input/input';

/** fal's answer to an order, as far as it stays true. */
export type Taken = Pick<Submitted, 'request_id' | 'status_url' | 'response_url' | 'cancel_url'>;

/** What is known of one order of this execution. */
export interface LedgerEntry {
	/** what fal said when it took it */
	taken?: Taken;
	/** it was sent, and whether fal has taken it is not known */
	inDoubt?: FailureFacts;
}

/**
 * The orders of one execution, kept in the execution's own state. When n8n runs the node again in the
 * same execution (Retry On Fail runs all items again), each item finds its order here and makes no
 * second one. A later visit in a loop has another run index, so it orders anew.
 */
export interface Ledger {
	entry(item: number | 'all', order: EditOrder): LedgerEntry;
	/** the ids of all orders of this visit */
	requestIds(): string[];
}

type Stored = Record<string, LedgerEntry>;

/** What makes two orders the same: every field, and every image by its address or by where n8n keeps its file. */
function fingerprint({ fields, images }: EditOrder): string {
	const pictures = images.map((image) =>
		image.kind === 'url' ? image.url : (image.file.id ?? image.file.data),
	);
	return createHash('sha256')
		.update(JSON.stringify([fields, pictures]))
		.digest('hex');
}

export function openLedger(ctx: IExecuteFunctions): Ledger {
	const state = ctx.getContext('node') as { orders?: Record<string, Stored> };
	// Not by an expression: n8n's engine for them takes tens of milliseconds to start.
	const runIndex = String(ctx.getWorkflowDataProxy(0).$runIndex);
	state.orders ??= {};
	const orders = (state.orders[runIndex] ??= {});
	return {
		entry: (item, order) => (orders[`${item}:${fingerprint(order)}`] ??= {}),
		requestIds: () => Object.values(orders).flatMap(({ taken }) => taken?.request_id ?? []),
	};
}
