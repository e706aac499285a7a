import { CLAIM } from '../../../nodes/shared/limits';
import {
	callbackOf,
	claimingRun,
	claimOf,
	claimsOf,
	outcome,
	refusalOf,
	usePassingTime,
} from '../../support/claims';
import { RacyMemory } from '../../support/racyMemory';

usePassingTime();

it('two runs of many requests at the same moment deliver each once', async () => {
	const memory = new RacyMemory(CLAIM.settle / 10);
	const requests = Array.from({ length: 20 }, (_, at) => `request-${at}`);
	const runs = ['a', 'b', 'c'].map(async (id) => {
		const mine = requests.filter((_, at) => id !== 'c' || at % 2 === 0);
		const run = await claimsOf(claimingRun(memory, id), ...mine.map((one) => callbackOf(one)));
		await run.settle();
		await run.done();
		return mine.filter((request) => !refusalOf(run, request));
	});
	expect((await Promise.all(runs)).flat().sort()).toEqual([...requests].sort());
});

it('of many requests a run is refused those only that another one is at', async () => {
	const memory = new RacyMemory(1);
	await claimOf(memory, 'b', '1');
	await outcome(memory, 'c', '2');
	const run = await claimsOf(
		claimingRun(memory, '3'),
		...['a', 'b', 'c'].map((id) => callbackOf(id)),
	);
	await run.settle();
	expect(['a', 'b', 'c'].map((id) => refusalOf(run, id))).toEqual([
		undefined,
		'under way',
		'delivered',
	]);
	await run.done();
});
