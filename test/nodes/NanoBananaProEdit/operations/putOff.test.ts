import { made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { nodeOfAnotherProcess } from '../../../support/anotherProcess';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

it.each(['429-retry-2', '429-date-3', '503-retry-2'])(
	'a row that fal puts off comes when fal says, and the others go on: %s',
	async (kind) => {
		bench.take({ stage: 'submit', kind, times: 1, match: { prompt: 'late' } });
		const items = rows(['late', 'b', 'c']);
		const parameters = { prompt: '=make it {{ $json.value }}' };
		// One that has learned nothing of the account.
		const nodeType = nodeOfAnotherProcess();
		const output = made(await bench.edit({ items, parameters, nodeType }));
		expect(output.map(({ json }) => json.value)).toEqual(['late', 'b', 'c']);
		const submits = bench.calls('submit');
		expect(submits).toHaveLength(4);
		const jobs = bench.fal.jobs;
		expect(jobs.map(({ input }) => (input as { prompt: string }).prompt).at(-1)).toBe(
			'make it late',
		);
		const refusedAt = submits.find(({ fault }) => fault === kind)!.time;
		expect(jobs.at(-1)!.submittedAt - refusedAt).toBeGreaterThanOrEqual(1_900);
	},
);
