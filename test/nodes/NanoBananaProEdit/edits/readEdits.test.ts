import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import { CHECKED_AHEAD } from '../../../../nodes/shared/limits';
import { failure, fromFields, made, useEditBench } from '../../../support/edit';
import { storeFile, useBinaryStore, type BinaryMode } from '../../../support/engine';
import { makeImage, sha256 } from '../../../support/images';

const bench = useEditBench();

const asItems = (files: IBinaryData[]): INodeExecutionData[] =>
	files.map((photo) => ({ json: {}, binary: { photo } }));

const edit = async (files: IBinaryData[], more = {}) =>
	await bench.edit({ items: asItems(files), parameters: { images: fromFields('photo') }, ...more });

const cutPng = async () => {
	const bytes = await makeImage('png', 2, 200, 150);
	return await storeFile(bytes.subarray(0, -60), 'second.png', 'image/png');
};

describe.each<BinaryMode>(['default', 'filesystem'])('in the store "%s"', (store) => {
	beforeAll(async () => await useBinaryStore(store));

	it('nothing is ordered when a later row has half an image and the node stops on errors', async () => {
		const good = await storeFile(await makeImage('png', 1), 'first.png', 'image/png');
		const error = failure(await edit([good, good, await cutPng(), good]));
		expect(error.message).toMatch(/'photo' is incomplete/);
		expect(error.context).toMatchObject({ itemIndex: 2 });
		expect(bench.fal.records).toEqual([]);
	});

	it('where it goes on, the other rows are ordered', async () => {
		const bytes = await makeImage('png', 1);
		const good = await storeFile(bytes, 'first.png', 'image/png');
		const node = { onError: 'continueRegularOutput' as const };
		const items = made(await edit([good, await cutPng()], { node }));
		expect(items.map(({ json }) => json.error === undefined)).toEqual([true, false]);
		expect(bench.received()).toEqual([sha256(bytes)]);
		expect(bench.calls('submit')).toHaveLength(1);
	});

	it('the second file with a number for a name stops nothing', async () => {
		const first = await storeFile(await makeImage('png', 1), 'first.png', 'image/png');
		const second = await storeFile(await makeImage('png', 2), 'second.png', 'image/png');
		const fileName = 20210903 as unknown as string;
		expect(made(await edit([first, { ...second, fileName }]))).toHaveLength(2);
		expect(bench.calls('submit')).toHaveLength(2);
	});
});

it('beyond so many bytes only the heads are looked at before the first order', async () => {
	const bytes = await makeImage('jpeg', 1);
	// Of bytes behind the image, which change nothing of it.
	const large = Buffer.concat([bytes, Buffer.alloc(33 * 1024 * 1024)]);
	const files: IBinaryData[] = [];
	for (let size = 0; size < CHECKED_AHEAD; size += large.length)
		files.push(await storeFile(large, 'large.jpg', 'image/jpeg'));
	const error = failure(await edit([...files, await cutPng()]));
	expect(error.message).toMatch(/'photo' is incomplete/);
	expect(error.context).toMatchObject({ itemIndex: files.length });
	expect(bench.calls('submit').length).toBeGreaterThan(0);
});
