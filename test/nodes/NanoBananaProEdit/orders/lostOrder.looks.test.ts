import type { Ledger } from '../../../../nodes/NanoBananaProEdit/orders/ledger';
import type { LedgerEntry } from '../../../../nodes/NanoBananaProEdit/orders/ledgerEntry';
import { findLostOrder } from '../../../../nodes/NanoBananaProEdit/orders/lostOrder';
import { LOST_ORDER } from '../../../../nodes/shared/limits';
import type { Run } from '../../../../nodes/shared/n8n/run';
import { falAtADistance, passTime, REQUEST_ID } from '../../../support/falAtADistance';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const INPUT = { prompt: 'make it blue' };
const FAILS = { status: 500 };
const NONE = { items: [] };

/** fal's history with our order in it, received so many ms after it was sent. */
const listed = (after = 0) => {
	const sent_at = new Date(Date.now() + after).toISOString();
	return { items: [{ request_id: REQUEST_ID, sent_at, json_input: INPUT }] };
};

/** Looks for an order that is sent now. */
function lookFor(
	history: (nth: number) => object,
	{ patience = 120_000, signal = undefined as AbortSignal | undefined } = {},
) {
	const fal = falAtADistance({ history });
	const entry: LedgerEntry = { sent: { at: Date.now(), input: INPUT } };
	const run = {
		connection: fal.connection,
		signal,
		lookups: async (look: () => unknown) => await look(),
	};
	const ledger: Partial<Ledger> = {
		sendsEqual: () => false,
		knows: () => false,
		take: (_entry, request_id) => ({
			request_id,
			status_url: '',
			response_url: '',
			cancel_url: '',
		}),
	};
	const looking = findLostOrder(run as unknown as Run, entry, ledger as Ledger, patience);
	looking.catch(() => undefined);
	return { looking, times: () => fal.times('history') };
}

it('looks with growing pauses, and a last time when the patience is over', async () => {
	const { looking, times } = lookFor(() => NONE);
	expect(await passTime(looking)).toEqual({ value: undefined });
	const seconds = [0, 1, 3, 7, 15, 31, 61, 91, 120];
	expect(times()).toEqual(seconds.map((one) => one * 1_000));
});

it('looks once, where there is no patience', async () => {
	const { looking, times } = lookFor(() => NONE, { patience: 0 });
	await passTime(looking);
	expect(times()).toEqual([0]);
});

it('looks again where the history cannot be had for a while', async () => {
	const { looking, times } = lookFor((nth) => (nth < 7 ? FAILS : listed(-7_000)));
	expect(await passTime(looking)).toEqual({ value: REQUEST_ID });
	expect(times()).toHaveLength(8);
});

it('does not look again where it may not', async () => {
	const { looking, times } = lookFor(() => ({ status: 403 }));
	expect(await passTime(looking)).toEqual({ value: undefined });
	expect(times()).toHaveLength(1);
});

it('ends with a stop, and with a failure of our own', async () => {
	const stop = new AbortController();
	const { looking, times } = lookFor(() => NONE, { signal: stop.signal });
	await jest.advanceTimersByTimeAsync(2_000);
	stop.abort(new Error('stopped'));
	expect((await passTime(looking)).error).toMatchObject({ message: 'stopped' });
	expect(times()).toHaveLength(2);
	const own = lookFor(() => new Error('our own'));
	expect((await passTime(own.looking)).error).toMatchObject({ message: 'our own' });
	expect(own.times()).toHaveLength(1);
});

it.each([
	[-LOST_ORDER.about, false],
	[-LOST_ORDER.about + 1, true],
	[LOST_ORDER.longestSubmit - 1, true],
	[LOST_ORDER.longestSubmit, false],
])('one that fal has received %d ms after it was sent: %s', async (after, isOurs) => {
	const history = listed(after);
	const { looking } = lookFor(() => history, { patience: 0 });
	expect(await passTime(looking)).toEqual({ value: isOurs ? REQUEST_ID : undefined });
});

it('an order that was never sent, or that fal keeps out of its history, is not looked for', async () => {
	const fal = falAtADistance({ history: () => listed() });
	const run = { connection: fal.connection } as Run;
	const sent = { at: Date.now(), input: { ...INPUT, sync_mode: true } };
	for (const entry of [{}, { sent }])
		expect(await findLostOrder(run, entry, {} as Ledger, 0)).toBeUndefined();
	expect(fal.calls()).toEqual([]);
});
