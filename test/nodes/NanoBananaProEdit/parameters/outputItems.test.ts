import { made, PUBLIC_URL, until, useEditBench, type EditRun } from '../../../support/edit';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
beforeAll(async () => {
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
});

const edit = async (run: EditRun) => made(await bench.edit(run));

describe('the fields of the input item', () => {
	const json = {
		name: 'mug',
		index: 'mine',
		width: 'wide',
		error: 'old',
		message: 'kept',
		nested: { a: [1] },
	};

	it('stay, a result of the same name wins, and error is not carried', async () => {
		const [item] = await edit({ items: [{ json }] });
		const { index, width, name, message, nested } = item?.json ?? {};
		expect({ index, width, name, message, nested }).toEqual({
			index: 0,
			width: 64,
			name: 'mug',
			message: 'kept',
			nested: { a: [1] },
		});
		expect(item?.json).not.toHaveProperty('error');
	});

	it('do not make n8n take the item for a failed one', async () => {
		const { outputs } = await bench.edit({
			items: [{ json }],
			node: { onError: 'continueErrorOutput' },
		});
		expect(outputs.map((items) => items.length)).toEqual([1, 0]);
	});

	it.each<[string, EditRun]>([
		['when they are not wanted', { options: { includeInputFields: false } }],
		['when images of all items make one edit', { parameters: { combineItems: true } }],
		[
			"when the node is an agent's tool",
			{ node: { type: 'n8n-nodes-nano-banana-pro.nanoBananaProEditTool' } },
		],
	])('stay away %s', async (_name, run) => {
		const [item] = await edit({ items: [{ json }], ...run });
		expect(item?.json).not.toHaveProperty('name');
		expect(item?.json).toHaveProperty('request_id', bench.fal.jobs[0]?.id);
	});

	it('that an earlier look has left do not stay on the finished edit', async () => {
		const prompt = 'make it blue';
		const work = bench.holdEdits(prompt);
		const [ordered] = made(await bench.run('submit', { parameters: { prompt } }));
		const look = async (item: typeof ordered) => {
			const parameters = { requestId: '={{ $json.request_id }}', waitForResult: false };
			return made(await bench.run('getResult', { items: item && [item], parameters }))[0];
		};
		const unfinished = await look(ordered);
		expect(unfinished?.json.status).toMatch(/^IN_/);
		work.release();
		await until(() => bench.fal.jobs[0]?.state === 'COMPLETED');
		const finished = await look(unfinished);
		expect(finished?.json).toHaveProperty('url');
		expect(finished?.json).not.toHaveProperty('status');
		expect(finished?.json).not.toHaveProperty('queue_position');
	});

	it('are not changed on the input item itself', async () => {
		const input = { json: { ...json } };
		await edit({ items: [input] });
		expect(input).toEqual({ json });
	});
});
