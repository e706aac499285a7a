import {
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

describe('a look into the history, which knows no data,', () => {
	const look = async (memory: RacyMemory, id: string) =>
		await claimsOf(claimingRun(memory, id, 'trigger'), {
			request_id: 'request',
			callback_data: {},
		});
	const outcomeOfLook = async (memory: RacyMemory, id: string) => {
		const claims = await look(memory, id);
		await claims.settle();
		await claims.done();
		return refusalOf(claims, 'request') ?? 'delivers';
	};

	it('delivers what a run was at that a callback has started and that died', async () => {
		const memory = new RacyMemory(1);
		await claimOf(memory, 'request', '1', 'webhook', 'data');
		expect(await outcomeOfLook(memory, '2')).toBe('under way');
		later();
		expect(await outcomeOfLook(memory, '3')).toBe('delivers');
		expect(await outcome(memory, 'request', '4', 'webhook', 'data')).toBe('delivered');
	});

	it('that died leaves the request to its callback', async () => {
		const memory = new RacyMemory(1);
		await look(memory, '1');
		later();
		expect(await outcome(memory, 'request', '2', 'webhook', 'data')).toBe('delivers');
		expect(await outcomeOfLook(memory, '3')).toBe('delivered');
	});

	it('does not deliver what a callback has', async () => {
		const memory = new RacyMemory(1);
		expect(await outcome(memory, 'request', '1', 'webhook', 'data')).toBe('delivers');
		later();
		expect(await outcomeOfLook(memory, '2')).toBe('delivered');
	});
});
