import { failure, made, rows } from '../../../support/edit';
import type { EditRun } from '../../../support/edit';
import { BY_ROW, requestsOf, useKilledRuns } from '../../../support/killedRuns';

const { bench, own, ids } = useKilledRuns();

describe('a sub-workflow, which begins with nothing each time', () => {
	const run = { items: rows(['one [fault: download=401 x1]', 'two']), parameters: BY_ROW };
	const child = async (parentExecutionId: string, again: EditRun = run) =>
		await bench.edit({ ...own(), mode: 'integrated', parentExecutionId, ...again });

	it('takes up what it has submitted, where its caller runs it again', async () => {
		failure(await child('77'));
		expect(made(await child('77'))).toHaveLength(2);
		expect(ids()).toHaveLength(2);
	});

	it('submits anew where its caller is another execution, or goes on to the next round', async () => {
		const fine = { ...run, items: rows(['one']) };
		for (const caller of ['78', '78', '79']) made(await child(caller, fine));
		expect(ids()).toHaveLength(3);
	});

	it('of which two run at once with equal rows makes an edit for each', async () => {
		const fine = { ...run, items: rows(['one']) };
		const both = await Promise.all([1, 2].map(async () => await child('80', fine)));
		expect(both.flatMap(requestsOf).sort()).toEqual(ids().sort());
		expect(ids()).toHaveLength(2);
	});
});

it('a loop of equal rows, whose first row fails to the last try, makes an edit in each round', async () => {
	const run = {
		...own(),
		items: rows(['one [fault: download=401]', 'two']),
		parameters: BY_ROW,
		node: {
			...own().node,
			onError: 'continueRegularOutput' as const,
			retryOnFail: true,
			maxTries: 2,
		},
	};
	const first = await bench.edit(run);
	const second = await bench.edit({ ...run, retryOf: first.run });
	const given = [first, second].flatMap(({ outputs }) => outputs[0]!.map(({ json }) => json));
	expect(
		new Set(given.map(({ request_id: id, details }) => id ?? Object(details).request_id)).size,
	).toBe(4);
	expect(ids()).toHaveLength(4);
});

it('a tool that is run again takes up what it has submitted, and a later call is another edit', async () => {
	const run = { items: rows(['a [fault: download=401 x1]']), parameters: BY_ROW };
	const first = await bench.edit({ ...own(), ...run });
	failure(first);
	// n8n counts the try as another run of the node.
	const second = await bench.edit({ ...own(), ...run, retryOf: first.run });
	expect(requestsOf(second)).toEqual(ids());
	made(await bench.edit({ ...own(), ...run, retryOf: second.run }));
	expect(ids()).toHaveLength(2);
});
