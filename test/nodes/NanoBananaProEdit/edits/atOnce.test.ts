import type { INodeExecutionData } from 'n8n-workflow';
import { BYTES_IN_FLIGHT } from '../../../../nodes/shared/limits';
import { fromFields, made, PUBLIC_URL, rows, useEditBench } from '../../../support/edit';
import { storeFile } from '../../../support/engine';
import { makeImage } from '../../../support/images';

const bench = useEditBench();
const MB = 1024 * 1024;
const LARGE = 30 * MB;
/** how many large files the line takes at a time */
const FEW = Math.floor(BYTES_IN_FLIGHT / LARGE);

/** An image with so many bytes behind it, which change nothing of it. */
const padded = async (seed: number, bytes: number) =>
	Buffer.concat([await makeImage('png', seed), Buffer.alloc(bytes, seed)]);

const files = async (count: number, bytes = 0): Promise<INodeExecutionData[]> =>
	await Promise.all(
		Array.from({ length: count }, async (_, seed) => {
			const photo = await storeFile(await padded(seed, bytes), `${seed}.png`, 'image/png');
			return { json: {}, binary: { photo } };
		}),
	);

const images = fromFields('photo');

it('a first wave of small files leaves at once: none waits for another to arrive', async () => {
	const most = bench.fill('initiate', 40, 40);
	expect(made(await bench.edit({ items: await files(40), parameters: { images } }))).toHaveLength(
		40,
	);
	expect(most()).toBe(40);
});

it('large files go a few at a time, since they share the line', async () => {
	const most = bench.fill('upload', FEW, 8);
	const items = await files(8, LARGE);
	expect(made(await bench.edit({ items, parameters: { images } }))).toHaveLength(8);
	expect(most()).toBe(FEW);
});

it('edits that end together are fetched together', async () => {
	const most = bench.fill('download', 40, 40);
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: await makeImage() };
	const items = rows(Array.from({ length: 40 }, (_, row) => row));
	expect(made(await bench.edit({ items }))).toHaveLength(40);
	expect(most()).toBe(40);
});
