import { Claims } from '../../../nodes/FalTrigger/claims';
import { CLAIM } from '../../../nodes/shared/limits';
import {
	callbackOf,
	claimingRun,
	claimOf,
	claimsOf,
	later,
	outcome,
	refusalOf,
	usePassingTime,
} from '../../support/claims';
import { RacyMemory } from '../../support/racyMemory';

usePassingTime();

it('one of two runs at the same moment delivers, while other requests come in', async () => {
	const memory = new RacyMemory(CLAIM.settle / 10);
	const requests = Array.from({ length: 10 }, (_, at) => `request-${at}`);
	const delivering = await Promise.all(
		requests.map(async (request, at) => {
			const two = [`${at}-a`, `${at}-b`].map(async (id) => await outcome(memory, request, id));
			return (await Promise.all(two)).filter((one) => one === 'delivers').length;
		}),
	);
	expect(delivering).toEqual(requests.map(() => 1));
});

it('a later run does not deliver what an earlier one has', async () => {
	const memory = new RacyMemory(1);
	expect(await outcome(memory, 'request', '1')).toBe('delivers');
	expect(await outcome(memory, 'request', '2')).toBe('delivered');
	expect(await outcome(memory, 'request', '3')).toBe('delivered');
	later();
	expect(await outcome(memory, 'request', '4')).toBe('delivered');
});

it('a run does not deliver what another one is at', async () => {
	const memory = new RacyMemory(1);
	const first = await claimOf(memory, 'request', '1');
	for (const id of ['2', '3', '4']) expect(await outcome(memory, 'request', id)).toBe('under way');
	await first.settle();
	expect(refusalOf(first, 'request')).toBeUndefined();
});

it.each([90_000, 600_000])('a run that delivers for %d ms keeps its claim', async (ms) => {
	const memory = new RacyMemory(1);
	const first = await claimOf(memory, 'request', '1');
	await first.settle();
	expect(refusalOf(first, 'request')).toBeUndefined();
	await jest.advanceTimersByTimeAsync(ms);
	expect(await outcome(memory, 'request', '2')).toBe('under way');
	await first.done();
	expect(await outcome(memory, 'request', '3')).toBe('delivered');
	// The request, who has delivered it, and whether it is open: no sign of life is left.
	await jest.advanceTimersByTimeAsync(CLAIM.lease);
	expect(memory.size).toBe(2);
});

it('a run that ends while another one looks whether it lives has delivered', async () => {
	const memory = new RacyMemory(1);
	// So that the other one comes before it has renewed its claim.
	jest.setSystemTime(Math.ceil(Date.now() / CLAIM.lease) * CLAIM.lease - 1_000);
	const first = await claimOf(memory, 'request', '1');
	await first.settle();
	expect(refusalOf(first, 'request')).toBeUndefined();
	await jest.advanceTimersByTimeAsync(1_000);
	const record = memory.record.bind(memory);
	jest.spyOn(memory, 'record').mockImplementationOnce(async (entries) => {
		const known = await record(entries);
		await first.done();
		return known;
	});
	expect(await outcome(memory, 'request', '2')).toBe('under way');
	expect(await outcome(memory, 'request', '3')).toBe('delivered');
});

it('while a run of this process is at it, no other one is, whatever the database says', async () => {
	const memory = new RacyMemory(1);
	const of = async (id: string, request = 'request') =>
		await claimsOf(claimingRun(memory, id, 'webhook', 'same'), callbackOf(request));
	const [first] = [await of('1'), later()];
	expect(refusalOf(await of('2'), 'request')).toBe('under way');
	const another = await of('3', 'another');
	expect(refusalOf(another, 'another')).toBeUndefined();
	another.drop();
	first.drop();
	later();
	const second = await of('2');
	await second.settle();
	expect(refusalOf(second, 'request')).toBeUndefined();
	second.drop();
});

it('a run that was held up, and delivers all the same, is not followed', async () => {
	const memory = new RacyMemory(1);
	const first = await claimOf(memory, 'request', '1');
	later();
	const second = await claimOf(memory, 'request', '2');
	await first.done();
	await second.settle();
	expect(refusalOf(second, 'request')).toBe('under way');
	second.drop();
	later();
	expect(await outcome(memory, 'request', '3')).toBe('delivered');
});

it('a claim that its run has dropped is free after a while', async () => {
	const memory = new RacyMemory(1);
	const first = await claimOf(memory, 'request', '1');
	first.drop();
	await jest.advanceTimersByTimeAsync(2 * CLAIM.lease);
	expect(await outcome(memory, 'request', '2')).toBe('delivers');
});

it('a claim whose run has died is not free at once, also where a new lease has begun', async () => {
	const memory = new RacyMemory(1);
	const first = await claimOf(memory, 'request', '1');
	first.drop();
	await jest.advanceTimersByTimeAsync(CLAIM.lease);
	expect(await outcome(memory, 'request', '2')).toBe('under way');
});

it('what a run enters that is refused is taken back', async () => {
	const memory = new RacyMemory(1);
	await outcome(memory, 'request', '1');
	await jest.advanceTimersByTimeAsync(CLAIM.lease);
	const size = memory.size;
	await outcome(memory, 'request', '2', 'webhook', 'data');
	expect(memory.size).toBe(size);
});

it('one run at a time of a process reads and writes', async () => {
	const memory = new RacyMemory(CLAIM.settle / 10);
	const claims = ['1', '2', '3', '4', '5'].map(
		async (id) => await claimsOf(claimingRun(memory, id, 'webhook', 'same'), callbackOf(id)),
	);
	for (const claim of await Promise.all(claims)) claim.drop();
	expect(memory.most).toBe(1);
});

it('a database that refuses is asked again, each time a little later, and not for ever', async () => {
	const memory = new RacyMemory(0);
	const asked: number[] = [];
	memory.record = async () => {
		asked.push(Date.now());
		throw new Error('UNIQUE constraint failed');
	};
	await expect(claimOf(memory, 'request', '1')).rejects.toThrow('UNIQUE');
	const pauses = asked.slice(1).map((at, one) => at - asked[one]!);
	expect(pauses).toEqual([1, 2, 3, 4].map((times) => times * CLAIM.pause));
});

it('a claim that was done is entered no more', async () => {
	const memory = new RacyMemory(1);
	const first = await claimOf(memory, 'request', '1');
	await first.done();
	await jest.advanceTimersByTimeAsync(CLAIM.lease);
	expect(memory.size).toBe(2);
});

it('what a run that died was at, one later run delivers', async () => {
	const memory = new RacyMemory(1);
	await claimOf(memory, 'request', '1');
	later();
	expect(await outcome(memory, 'request', '2')).toBe('delivers');
	expect(await outcome(memory, 'request', '3')).toBe('delivered');
});

it('the same run again, as n8n does for Retry On Fail, delivers', async () => {
	const memory = new RacyMemory(1);
	await claimOf(memory, 'request', '1');
	expect(await outcome(memory, 'request', '1')).toBe('delivers');
});

it.each(['manual', 'retry'])('in the mode %s a person has asked for it', async (mode) => {
	const memory = new RacyMemory(1);
	expect(await outcome(memory, 'request', '1')).toBe('delivers');
	expect(await outcome(memory, 'request', '2', mode)).toBe('delivers');
});

it('an n8n without such a memory delivers', async () => {
	const old = { ...claimingRun(new RacyMemory(1), '1'), helpers: {} as never };
	const claims = new Claims(old);
	await claims.make([callbackOf('request')]);
	await claims.settle();
	await claims.done();
	expect(refusalOf(claims, 'request')).toBeUndefined();
});
