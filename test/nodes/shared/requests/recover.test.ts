import { HistorySearch } from '../../../../nodes/shared/requests/recover';
import { LOST_REQUEST } from '../../../../nodes/shared/limits';
import { restart } from '../../../support/restart';
import {
	falAtADistance,
	passTime,
	REQUEST_ID,
	type Answers,
} from '../../../support/falAtADistance';

beforeEach(() => {
	jest.useFakeTimers();
	restart();
});
afterEach(() => jest.useRealTimers());

const FIELDS = { prompt: 'make it blue', image_urls: [] };
const SEED = 1_500_000_000;
const FAILS = { status: 500 };
const NONE = { items: [] };
const HANGS = undefined;
const OTHER_ID = REQUEST_ID.replace(/^.{4}/, 'ffff');

/** fal's history with a request in it, received so many ms after it was sent. */
const listed = (after = 0, request_id = REQUEST_ID, more = {}) => ({
	...{ request_id, json_input: { ...FIELDS, ...more } },
	sent_at: new Date(Date.now() + after).toISOString(),
});
const page = (...items: object[]) => ({ items });

const byFields = () => {
	const at = Date.now();
	const [from, to] = [at - LOST_REQUEST.early, at + LOST_REQUEST.late];
	return { fields: FIELDS, at, from, to };
};
const bySeed = (seed = SEED) => ({ seed, from: Date.now() });

function searchIn(history: Answers['history'], signal?: AbortSignal) {
	const fal = falAtADistance({ history });
	const search = new HistorySearch(fal.connection, signal);
	const find = (sought: Parameters<typeof search.find>[0], patience = 120_000) => {
		const finding = search.find(sought, patience).then((found) => found?.requestId);
		finding.catch(() => undefined);
		return finding;
	};
	/** s */
	const times = () => fal.times('history').map((ms) => Math.round(ms / 1_000));
	const startOf = ({ url }: { url: string }) =>
		Date.parse(new URL(url).searchParams.get('start') ?? '');
	return { find, times, starts: () => fal.callsOf('history').map(startOf) };
}

it('looks with growing pauses, and a last time when the patience is over', async () => {
	const { find, times } = searchIn(() => NONE);
	const hurried = find(bySeed(), 5_000);
	expect(await passTime(find(byFields()))).toStrictEqual({ value: undefined });
	expect(times()).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 120]);
	expect(await passTime(hurried)).toStrictEqual({ value: undefined });
});

it('looks once, where there is no patience', async () => {
	const { find, times } = searchIn(() => NONE);
	await passTime(find(bySeed(), 0));
	expect(times()).toEqual([0]);
});

it('looks again where the history cannot be had for a while', async () => {
	const { find, times } = searchIn((nth) => (nth < 7 ? FAILS : page(listed(-7_000))));
	expect(await passTime(find(byFields()))).toEqual({ value: REQUEST_ID });
	expect(times()).toHaveLength(8);
});

it('does not look again where it may not', async () => {
	const { find, times } = searchIn(() => ({ status: 403 }));
	expect((await passTime(find(byFields()))).error).toMatchObject({ facts: { status: 403 } });
	expect(times()).toHaveLength(1);
});

it('ends with a stop, and with a failure of our own', async () => {
	const stop = new AbortController();
	const { find, times } = searchIn(() => NONE, stop.signal);
	const looking = find(byFields());
	await jest.advanceTimersByTimeAsync(2_000);
	stop.abort(new Error('stopped'));
	expect((await passTime(looking)).error).toMatchObject({ message: 'stopped' });
	expect(times()).toHaveLength(2);
	const own = searchIn(() => new Error('our own'));
	expect((await passTime(own.find(byFields()))).error).toMatchObject({ message: 'our own' });
	expect(own.times()).toHaveLength(1);
});

it.each([NONE, { status: 403 }])('asks no more once nobody looks: %j', async (history) => {
	const { find, times } = searchIn(() => history);
	await passTime(find(bySeed(), 0));
	await jest.advanceTimersByTimeAsync(600_000);
	expect(jest.getTimerCount()).toBe(0);
	expect(times()).toEqual([0]);
	await passTime(find(bySeed(), 0));
	expect(times()).toHaveLength(2);
});

it('a stop ends a look that hangs', async () => {
	const stop = new AbortController();
	const { find } = searchIn(() => HANGS, stop.signal);
	const looking = find(bySeed());
	await jest.advanceTimersByTimeAsync(2_000);
	stop.abort(new Error('stopped'));
	await jest.advanceTimersByTimeAsync(0);
	expect(jest.getTimerCount()).toBe(0);
	await expect(looking).rejects.toThrow('stopped');
});

it('a slow history has as long as the most patient one, which reaches back as far as any', async () => {
	const slow = new Promise<object>((resolve) => setTimeout(resolve, 40_000, page(listed(0))));
	const { find, times, starts } = searchIn(async () => await slow);
	const early = { ...bySeed(), from: Date.now() - 3_600_000 };
	const hurried = find(early, 0);
	expect(await passTime(find(byFields(), 60_000))).toEqual({ value: REQUEST_ID });
	expect(await passTime(hurried)).toEqual({ value: undefined });
	expect(times()).toEqual([0]);
	expect(starts()).toEqual([early.from - LOST_REQUEST.clockSkew]);
});

it('leaves a history that hangs when the time is up, for all that look', async () => {
	const { find } = searchIn(() => HANGS);
	await jest.advanceTimersByTimeAsync(100_000);
	const start = Date.now();
	const all = Promise.allSettled(
		Array.from({ length: 80 }, async (_, at) => await find(bySeed(at), 1_000)),
	);
	const { value } = (await passTime(all)) as { value: Array<PromiseSettledResult<unknown>> };
	const failed = { status: 'rejected', reason: { facts: { network: 'TIMEOUT' } } };
	expect(value).toMatchObject(Array(80).fill(failed));
	expect(Date.now() - start).toBeLessThan(2 * LOST_REQUEST.look);
});

it('ends when its time is up, also where the clock of the machine is set back', async () => {
	const { find } = searchIn(() => NONE);
	const start = performance.now();
	const looking = find(bySeed());
	await jest.advanceTimersByTimeAsync(20_000);
	jest.setSystemTime(Date.now() - 3_600_000);
	expect(await passTime(looking)).toEqual({ value: undefined });
	expect(performance.now() - start).toBeLessThan(180_000);
});

it('reads the history once for all that begin at the same moment', async () => {
	const { find, times } = searchIn(() =>
		page(...[1, 2, 3].map((seed) => listed(0, `${seed}${REQUEST_ID.slice(1)}`, { seed }))),
	);
	const all = Promise.all([3, 1, 2].map(async (seed) => await find(bySeed(seed), 0)));
	const { value } = (await passTime(all)) as { value: string[] };
	expect(value.map((id) => id[0])).toEqual(['3', '1', '2']);
	expect(times()).toHaveLength(1);
});

it('looks at once for one that comes while others wait', async () => {
	const { find, times } = searchIn(() => NONE);
	const first = find(bySeed());
	await jest.advanceTimersByTimeAsync(20_000);
	const before = times().length;
	await passTime(find(bySeed(7), 0));
	expect(times().slice(before)).toEqual([20]);
	await passTime(first);
});

it.each([
	[-LOST_REQUEST.early, false],
	[-LOST_REQUEST.early + 1, true],
	[LOST_REQUEST.late - 1, true],
	[LOST_REQUEST.late, false],
])('one that fal has received %d ms after it was sent: %s', async (after, isOurs) => {
	const history = page(listed(after));
	const { find } = searchIn(() => history);
	const sought = byFields();
	const clocks = { ...sought, from: sought.at - LOST_REQUEST.early };
	expect(await passTime(find(clocks, 0))).toEqual({ value: isOurs ? REQUEST_ID : undefined });
});

it('by its seed one is known whenever it was received, and whatever else was asked for', async () => {
	const history = page(listed(-50_000, REQUEST_ID, { prompt: 'at another time', seed: SEED }));
	const { find } = searchIn(() => history);
	expect(await passTime(find(bySeed(), 0))).toEqual({ value: REQUEST_ID });
});

it('one that looks the same is not taken for one with a seed', async () => {
	const history = page(listed(0), listed(0, OTHER_ID, { seed: SEED + 1 }));
	const { find } = searchIn(() => history);
	expect(await passTime(find(bySeed(), 0))).toEqual({ value: undefined });
});

it('of two that are equal each takes one, the first the likelier one', async () => {
	const history = page(listed(1_000, OTHER_ID), listed(500));
	const { find } = searchIn(() => history);
	const both = Promise.all([find(byFields(), 0), find(byFields(), 0)]);
	expect(await passTime(both)).toEqual({ value: [REQUEST_ID, OTHER_ID] });
});
