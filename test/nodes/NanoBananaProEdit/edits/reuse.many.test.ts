import type { INodeExecutionData } from 'n8n-workflow';
import { fromFields, made, useEditBench, type EditRun } from '../../../support/edit';
import { storeFile } from '../../../support/engine';
import { makeImage } from '../../../support/images';

const bench = useEditBench({ proxyAllows: ['api.fal.ai/'] }, 'filesystem');

const orders = () => bench.fal.jobs.length;
const edit = async ({ options, ...run }: EditRun) =>
	made(await bench.edit({ ...run, options: { reuseResults: 30, ...options } }));

/** Rows with an image each, in files of their own in each run, as a workflow reads them anew. */
async function photos(count: number, changed?: number): Promise<INodeExecutionData[]> {
	const imageOf = async (row: number) =>
		await makeImage('png', row + 1 + (row === changed ? 1e6 : 0), 8, 8);
	return await Promise.all(
		Array.from({ length: count }, async (_, row) => ({
			json: { row },
			binary: { photo: await storeFile(await imageOf(row), `${row}.png`, 'image/png') },
		})),
	);
}

it('300 rows run twice are 300 orders, and with one image changed 301', async () => {
	const parameters = { images: fromFields('photo') };
	const options = { downloadImages: false };
	const first = await edit({ items: await photos(300), parameters, options });
	expect(orders()).toBe(300);
	const looks = bench.calls('history').length;
	const second = await edit({ items: await photos(300), parameters, options });
	expect(orders()).toBe(300);
	expect(bench.calls('upload')).toHaveLength(300);
	expect(bench.calls('history').length - looks).toBe(3);
	expect(second.map(({ json }) => json.url)).toEqual(first.map(({ json }) => json.url));
	const third = await edit({ items: await photos(300, 7), parameters, options });
	expect(orders()).toBe(301);
	expect(third.filter(({ json }) => json.reused !== true).map(({ json }) => json.row)).toEqual([7]);
});
