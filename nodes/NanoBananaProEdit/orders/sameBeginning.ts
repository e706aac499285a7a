import { orAborted } from '../../shared/flow/pause';
import { TAKEN_HERE } from '../../shared/limits';
import type { LedgerEntry } from './ledgerEntry';

/** What of an order other executions have to know. */
type Known = Pick<LedgerEntry, 'sent' | 'taken' | 'inDoubt'>;

/**
 * Orders of this process, by their ledger and place in it, oldest first. n8n's Retry execution can be pressed
 * twice for one run, also at once: both begin with what that run has saved, so neither finds what the other
 * has ordered in there.
 */
const orders = new Map<string, Known>();

/** Those that are being placed now. */
const placing = new Map<string, Promise<void>>();

/** Notes what is known of an order; nothing where it may be made anew. */
export function remember(name: string, { sent, taken, inDoubt }: Known): void {
	orders.delete(name);
	if (!taken && !inDoubt) return;
	orders.set(name, taken ? { taken } : { sent, inDoubt });
	const [oldest] = orders.keys();
	if (orders.size > TAKEN_HERE) orders.delete(oldest!);
}

function recall(name: string, entry: LedgerEntry): void {
	const known = orders.get(name);
	if (!known || entry.taken) return;
	delete entry.sent;
	delete entry.inDoubt;
	Object.assign(entry, known);
}

/**
 * Places an order while nobody else in this process places the same, with what is known of it by then.
 *
 * @param place fills the entry
 * @throws whatever `place` throws; the signal's reason when that ends the wait
 */
export async function alone<T>(
	name: string,
	entry: LedgerEntry,
	place: () => Promise<T>,
	signal?: AbortSignal,
): Promise<T> {
	while (placing.has(name)) await orAborted(placing.get(name), signal);
	recall(name, entry);
	let placed = () => {};
	placing.set(name, new Promise<void>((resolve) => (placed = resolve)));
	try {
		return await place();
	} finally {
		remember(name, entry);
		placing.delete(name);
		placed();
	}
}
