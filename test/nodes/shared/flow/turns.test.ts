import { Turns } from '../../../../nodes/shared/flow/turns';
import { Clock, NEW_ACCOUNT, settle, SimulatedFal, type World } from './simulatedFal';

async function play(world: Partial<World>, clock = new Clock(), turns = clock.turns()) {
	const fal = new SimulatedFal({ ...NEW_ACCOUNT, ...world }, clock);
	const [end = Infinity] = await fal.run(turns);
	return { fal, over: end / (await fal.bound()), known: [clock, turns] as const };
}

const ACCOUNTS: Array<[string, Partial<World>, number]> = [
	['a new account, 42 rows of 35 s', {}, 2],
	['a new account, 300 rows of 8 s', { rows: 300, latency: () => 8 }, 2],
	['an account that runs one', { rows: 60, slots: () => 1, latency: () => 8 }, 1],
	['5 slots', { rows: 100, slots: () => 5, latency: () => 28 }, 5],
	['10 slots', { rows: 300, slots: () => 10, latency: () => 28 }, 10],
	['40 slots, 60 rows of 28 s', { rows: 60, slots: () => 40, latency: () => 28 }, 40],
	['40 slots, 300 rows of 28 s', { rows: 300, slots: () => 40, latency: () => 28 }, 40],
	[
		'40 slots, jobs of 20 to 60 s',
		{ rows: 300, slots: () => 40, latency: (row) => 20 + ((row * 37) % 41) },
		40,
	],
	[
		'20 slots, a short line, jobs of 4 s',
		{ rows: 200, slots: () => 20, latency: () => 4, call: 0.05, sight: 0.02 },
		20,
	],
];

describe('on', () => {
	it.each(ACCOUNTS)('%s, no slot waits, and no crowd stands at fal', async (_, world, slots) => {
		const { fal, over } = await play(world);
		expect(over).toBeLessThanOrEqual(1.05);
		expect(fal.mostWaiting(60)).toBeLessThanOrEqual(2 * slots);
	});
});

it('a line that is slower than the jobs holds up no slot', async () => {
	const { over } = await play({
		rows: 800,
		slots: () => 40,
		latency: () => 1,
		call: 0.4,
		sight: 0.2,
	});
	expect(over).toBeLessThanOrEqual(1.2);
});

it('what was learned is where the next run begins', async () => {
	const world = { rows: 60, slots: () => 40, latency: () => 28 };
	const { known } = await play(world);
	const { over } = await play(world, ...known);
	expect(over).toBeLessThanOrEqual(1.001);
});

it('runs of one row teach nothing of how many may run', async () => {
	const clock = new Clock();
	const turns = clock.turns();
	for (let run = 0; run < 3; run += 1) await play({ rows: 1 }, clock, turns);
	const { fal } = await play({ rows: 8, slots: () => 40, latency: () => 28 }, clock, turns);
	expect(fal.mostSent()).toBe(8);
});

it.each([0.02, 0.3])('edits that are over in %s s teach nothing of it either', async (seconds) => {
	const clock = new Clock();
	const turns = clock.turns();
	for (let run = 0; run < 3; run += 1)
		await play({ rows: 12, slots: () => 40, latency: () => seconds }, clock, turns);
	const later = { rows: 40, slots: () => 40, latency: () => 8 };
	const [{ over }, fresh] = [await play(later, clock, turns), await play(later)];
	expect(over).toBeCloseTo(fresh.over, 5);
});

describe('a limit that changes midway', () => {
	const change = (from: number, to: number, at: number, rows = 300) => ({
		rows,
		slots: (now: number) => (now < at ? from : to),
		changes: [at],
		latency: () => 8,
	});

	it.each([
		[2, 10],
		[2, 40],
		[10, 40],
	])('from %i to %i is used at once', async (from, to) => {
		const { fal, over } = await play(change(from, to, 200));
		expect(over).toBeLessThanOrEqual(1.05);
		expect(fal.mostWaiting(60, 200)).toBeLessThanOrEqual(2 * from);
		expect(fal.mostWaiting(260)).toBeLessThanOrEqual(2 * to);
	});

	it.each([
		[10, 2],
		[40, 10],
		[5, 2],
	])('from %i to %i is believed within the minute', async (from, to) => {
		const { fal, over } = await play(change(from, to, 60, 600));
		expect(over).toBeLessThanOrEqual(1.05);
		expect(fal.mostWaiting(120)).toBeLessThanOrEqual(2 * to);
	});

	it('between two runs is found out, too', async () => {
		const { known } = await play({ rows: 200, slots: () => 40, latency: () => 8 });
		const { fal, over } = await play({ rows: 300, latency: () => 8 }, ...known);
		expect(over).toBeLessThanOrEqual(1.05);
		expect(fal.mostWaiting(160)).toBeLessThanOrEqual(4);
		const again = await play({ rows: 300, slots: () => 40, latency: () => 28 }, ...known);
		expect(again.over).toBeLessThanOrEqual(1.05);
	});
});

describe('several executions of one account', () => {
	it('share it: a short one does not wait for a long one', async () => {
		const clock = new Clock();
		const fal = new SimulatedFal({ ...NEW_ACCOUNT, latency: () => 8 }, clock);
		const [long = 0, short = 0] = await fal.run(clock.turns(), [200, 3]);
		expect(short).toBeLessThan(60);
		expect(long).toBeLessThan((203 / 2) * 8 * 1.05);
		expect(fal.mostWaiting(60)).toBeLessThanOrEqual(4);
	});
});

describe('a request', () => {
	const atOnce = () => new Turns((run) => run());

	/** Sends so many, and tells how many have left. */
	async function sendAll(turns: Turns, count: number) {
		let sent = 0;
		const owner = {};
		const places = Array.from({ length: count }, () => turns.place(owner));
		const sending = places.map(async (place) => await place.send(async () => void (sent += 1)));
		await settle();
		return { places, sending, sent: () => sent };
	}

	it('that waits for something else keeps no other from its turn', async () => {
		const { places, sent } = await sendAll(atOnce(), 30);
		expect(sent()).toBe(8);
		// The first two are never begun; those behind them are.
		for (const place of places.slice(2, 8)) place.saw('IN_PROGRESS');
		for (const place of places.slice(2, 8)) place.saw('COMPLETED');
		await settle();
		for (const place of places.slice(8)) {
			place.saw('IN_PROGRESS');
			await settle();
			place.saw('COMPLETED');
			await settle();
		}
		expect(sent()).toBe(30);
	});

	it('that fails before fal has it gives its turn to another', async () => {
		const turns = atOnce();
		const fail = async () => await Promise.reject(new Error('refused'));
		const places = Array.from({ length: 20 }, () => turns.place({}));
		const sent = await Promise.allSettled(places.map(async (place) => await place.send(fail)));
		expect(sent.map(({ status }) => status)).toEqual(places.map(() => 'rejected'));
	});

	it('that is left for good makes room', async () => {
		const { places, sent } = await sendAll(atOnce(), 12);
		for (const place of places.slice(0, 4)) place.leave();
		await settle();
		expect(sent()).toBe(12);
	});

	it('whose run is stopped waits no longer', async () => {
		const turns = atOnce();
		await sendAll(turns, 8);
		const stop = new AbortController();
		const waiting = turns.place({}, stop.signal).send(async () => undefined);
		stop.abort(new Error('stopped'));
		await expect(waiting).rejects.toThrow('stopped');
	});

	it('that was sent in an earlier try counts from its first status', async () => {
		const turns = atOnce();
		for (let row = 0; row < 8; row += 1) turns.place({}).saw('IN_QUEUE');
		const { sent } = await sendAll(turns, 3);
		expect(sent()).toBe(0);
	});

	it('whose machine died has its place in the queue again', async () => {
		const turns = atOnce();
		const { places, sent } = await sendAll(turns, 20);
		for (const place of places.slice(0, 8)) place.saw('IN_PROGRESS');
		await settle();
		const before = sent();
		places[0]!.saw('IN_QUEUE');
		places[0]!.saw('IN_PROGRESS');
		places[0]!.saw('COMPLETED');
		places[0]!.saw('IN_PROGRESS');
		await settle();
		expect(sent()).toBeGreaterThanOrEqual(before);
		places[0]!.leave();
	});
});
