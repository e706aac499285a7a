import { claimOf, later, outcome, usePassingTime } from '../../support/claims';
import { RacyMemory } from '../../support/racyMemory';

usePassingTime();

const withData = async (memory: RacyMemory, request: string, id: string, nonce?: string) =>
	await outcome(memory, request, id, 'webhook', nonce);

it("data that came with another request starts nothing, and is not in that one's way", async () => {
	const memory = new RacyMemory(1);
	expect(await withData(memory, 'first', '1', 'a')).toBe('delivers');
	expect(await withData(memory, 'second', '2', 'a')).toBe("another request's data");
	expect(await withData(memory, 'second', '3', 'b')).toBe('delivers');
	expect(await withData(memory, 'first', '4', 'a')).toBe('delivered');
});

it('data of an order to come is not used up by a request that was delivered', async () => {
	const memory = new RacyMemory(1);
	expect(await withData(memory, 'first', '1', 'a')).toBe('delivers');
	expect(await withData(memory, 'first', '2', 'b')).toBe('delivered');
	expect(await withData(memory, 'second', '3', 'b')).toBe('delivers');
});

it('data has to be the same where a run that died is followed', async () => {
	const memory = new RacyMemory(1);
	await claimOf(memory, 'first', '1', 'webhook', 'a');
	later();
	expect(await withData(memory, 'first', '2', 'b')).toBe('delivered');
	expect(await withData(memory, 'first', '3')).toBe('delivered');
	expect(await withData(memory, 'first', '4', 'a')).toBe('delivers');
});
