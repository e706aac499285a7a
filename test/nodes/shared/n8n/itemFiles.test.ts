import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { fromFields, made, useEditBench } from '../../../support/edit';
import { readStored, useBinaryStore, type BinaryMode } from '../../../support/engine';
import { makeImage, sha256, storeImage } from '../../../support/images';

const bench = useEditBench();

type Place = 'beside the JSON' | 'in json._files';
/** In memory n8n does not offer to keep files in the JSON. */
const STORES: Array<[BinaryMode, Place]> = [
	['default', 'beside the JSON'],
	['filesystem', 'beside the JSON'],
	['filesystem', 'in json._files'],
];

const item = (place: Place, files: Record<string, IBinaryData>): INodeExecutionData =>
	place === 'in json._files'
		? { json: { row: 1, _files: files as unknown as IDataObject } }
		: { json: { row: 1 }, binary: files };

const filesIn = (place: Place, { json, binary }: INodeExecutionData) =>
	(place === 'in json._files' ? json._files : binary) as Record<string, IBinaryData>;

const settingsFor = (place: Place) =>
	place === 'in json._files' ? { binaryMode: 'combined' as const } : {};

describe.each(STORES)('files in the store "%s", %s', (store, place) => {
	beforeAll(async () => await useBinaryStore(store));

	it('stay beside the edited ones where the user wants them', async () => {
		const { file, bytes } = await storeImage('a.png', 1);
		const parameters = { images: fromFields('photo') };
		const options = { includeInputFiles: true };
		const items = [item(place, { photo: file })];
		const result = await bench.edit({ items, parameters, options, settings: settingsFor(place) });
		const [out] = made(result);
		const files = filesIn(place, out!);
		expect(Object.keys(files)).toEqual(['photo', 'data']);
		expect(sha256(await readStored(files.photo!))).toBe(sha256(bytes));
		expect(place === 'in json._files' ? out?.binary : out?.json._files).toBeUndefined();
	});

	it('go in and come out byte for byte, with names and types', async () => {
		const photos = await Promise.all([
			storeImage('a.png', 1),
			storeImage('b.jpg', 2, 'jpeg'),
			storeImage('c.webp', 3, 'webp'),
		]);
		const [a, b, c] = photos.map(({ file }) => file);
		const answers = [await makeImage('jpeg', 20, 300, 200), await makeImage('jpeg', 21, 200, 300)];
		bench.fal.settings.image = ({ index }) => answers[index]!;
		const result = await bench.edit({
			items: [item(place, { a: a!, b: b!, c: c! })],
			parameters: { images: fromFields('c,a,b'), numImages: 2, outputFormat: 'jpeg' },
			settings: settingsFor(place),
		});
		bench.fal.settings.image = 'tiny';
		expect(bench.received()).toEqual([2, 0, 1].map((index) => sha256(photos[index]!.bytes)));
		for (const [index, out] of made(result).entries()) {
			const files = filesIn(place, out);
			expect(Object.keys(files)).toEqual(['data']);
			expect(files.data).toMatchObject({
				mimeType: 'image/jpeg',
				fileExtension: 'jpg',
				fileName: out.json.file_name,
			});
			expect(sha256(await readStored(files.data))).toBe(sha256(answers[index]!));
			// The other place stays empty: a file counted twice would be stored twice.
			expect(place === 'in json._files' ? out.binary : out.json._files).toBeUndefined();
			expect(out.json.row).toBe(1);
		}
	});

	it('are found by *', async () => {
		const { bytes, file } = await storeImage('a.png', 1);
		const settings = settingsFor(place);
		made(
			await bench.edit({
				items: [item(place, { x: file })],
				parameters: { images: fromFields('*') },
				settings,
			}),
		);
		expect(bench.received()).toEqual([sha256(bytes)]);
	});

	it('are taken from an expression', async () => {
		const { bytes, file } = await storeImage('a.png', 1);
		const path = place === 'in json._files' ? '$json._files' : '$input.item.binary';
		const images = fromFields(`={{ ${path}.x }}`);
		made(
			await bench.edit({
				items: [item(place, { x: file })],
				parameters: { images },
				settings: settingsFor(place),
			}),
		);
		expect(bench.received()).toEqual([sha256(bytes)]);
	});

	it('stay away from the output when the images stay at fal', async () => {
		const { file } = await storeImage('a.png', 1);
		const run = {
			items: [item(place, { x: file })],
			parameters: { images: fromFields('*') },
			options: { downloadImages: false },
			settings: settingsFor(place),
		};
		const [out] = made(await bench.edit(run));
		expect(out?.binary ?? {}).toEqual({});
		expect(out?.json).not.toHaveProperty('_files.x');
	});
});

it('a file in json._files is also found under its path, as n8n names it there', async () => {
	const { bytes, file } = await storeImage('a.png', 1);
	const items = [item('in json._files', { x: file })];
	const settings = settingsFor('in json._files');
	made(await bench.edit({ items, parameters: { images: fromFields('_files.x') }, settings }));
	expect(bench.received()).toEqual([sha256(bytes)]);
});
