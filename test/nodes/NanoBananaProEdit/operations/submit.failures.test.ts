import type { IDataObject } from 'n8n-workflow';
import { failure, made, PUBLIC_URL, rows, useEditBench, type EditRun } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const BY_ROW = { prompt: '={{ $json.value }}' };
const submit = async (run: EditRun) => await bench.run('submit', { parameters: BY_ROW, ...run });
const retried = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
const three = () => rows(['edit one', 'edit two', 'edit three']);
const ofTwo = { stage: 'submit' as const, match: { prompt: 'edit two' } };
const idOf = (prompt: string) =>
	bench.fal.jobs.find(({ input }) => (input as IDataObject).prompt === prompt)?.id;

describe('with Retry On Fail', () => {
	it('each item has one order, whose id comes out on the second try', async () => {
		bench.take({ ...ofTwo, kind: '401', times: 1 });
		const out = made(await submit({ items: three(), node: retried }));
		expect(bench.fal.jobs).toHaveLength(3);
		expect(out.map(({ json }) => json.request_id)).toEqual(
			['edit one', 'edit two', 'edit three'].map(idOf),
		);
	});

	it('orders that fal may have taken are not made again', async () => {
		const kinds = ['500', 'drop-after', 'half-answer', 'html', 'no-request-id'];
		bench.fal.faults.clear();
		for (const kind of kinds)
			bench.fal.faults.add({ stage: 'submit', kind, match: { prompt: `edit ${kind}.` } });
		const items = rows(['edit one', ...kinds.map((kind) => `edit ${kind}.`)]);
		const error = failure(await submit({ items, node: retried }));
		expect(error.description).toMatch(/may have taken/);
		expect(error.description).toContain(idOf('edit one'));
		expect(bench.calls('submit')).toHaveLength(items.length);
	});

	it('a combined order is made once', async () => {
		bench.take({ stage: 'submit', kind: '401', times: 1 });
		const parameters = { prompt: 'all of them', combineItems: true };
		const out = made(await submit({ items: three(), parameters, node: retried }));
		expect(out.map(({ json }) => json.request_id)).toEqual(bench.fal.jobs.map(({ id }) => id));
		expect(bench.fal.jobs).toHaveLength(1);
	});
});

describe.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'with On Error = %s',
	(onError) => {
		it.each<[string, string, number, RegExp]>([
			['a prompt that fal would refuse', '', 0, /'Prompt'/],
			['an order that fal refuses', 'edit two', 1, /does not recognize the API key/],
		])('%s in row 2 touches no other', async (_name, prompt, called, message) => {
			bench.take({ ...ofTwo, kind: '401' });
			const items = rows(['edit one', prompt, 'edit three']);
			const { outputs, error } = await submit({ items, node: { onError } });
			expect(error).toBeUndefined();
			const ordered = outputs[0]?.filter(({ json }) => 'cancel_url' in json) ?? [];
			expect(ordered.map(({ json }) => json.request_id)).toEqual(
				['edit one', 'edit three'].map(idOf),
			);
			const failed = outputs.flat().find(({ json }) => 'details' in json);
			expect(failed?.json.error).toMatch(message);
			expect(failed?.pairedItem).toEqual({ item: 1 });
			expect(bench.calls('submit')).toHaveLength(2 + called);
		});
	},
);

it('a bad row costs nothing where the node stops: it is found before the first order', async () => {
	const error = failure(await submit({ items: rows(['edit one', 'edit two', '']) }));
	expect(error.context).toMatchObject({ itemIndex: 2 });
	expect(bench.fal.records).toEqual([]);
});
