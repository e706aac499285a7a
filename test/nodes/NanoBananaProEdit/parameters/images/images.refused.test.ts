import type { IBinaryData, IDataObject } from 'n8n-workflow';
import { failure, fromFields, fromUrl, PUBLIC_URL, useEditBench } from '../../../../support/edit';
import { storeFile } from '../../../../support/engine';
import { makeImage, storeImage } from '../../../../support/images';

const bench = useEditBench();
const OTHER_URL = 'https://example.com/other.png?size=L&name=a,b';
const ODD = ['Bild (1).jpg', '[x]+$', 'ünï ☃', 'a.b', 'a,b'];

/** One item with many files: plain names, numbered ones, odd ones, and one that is no image. */
const files: Record<string, IBinaryData> = {};

beforeAll(async () => {
	for (const [seed, name] of ['Photo_10', 'Photo_2', 'data', 'Photo_1', ...ODD].entries())
		files[name] = (await storeImage(`file-${seed}.png`, seed + 1)).file;
	files.Offer = await storeFile(Buffer.from('%PDF-1.7'), 'offer.pdf', 'application/pdf');
	const bytes = await makeImage('png', 50);
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: bytes, [OTHER_URL]: bytes };
});

const edit = async (images: IDataObject, binary: Record<string, IBinaryData> | undefined = files) =>
	await bench.edit({
		items: [{ json: { urls: [PUBLIC_URL, OTHER_URL] }, binary }],
		parameters: { images },
	});

const copies = (count: number) =>
	Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, files.data!]));

describe('refused before the first call, in words', () => {
	it.each<[string, IDataObject, RegExp]>([
		['a name that is not there', fromFields('photo'), /'photo'/],
		['a name in other case', fromFields('DATA'), /'DATA'/],
		['one wrong name of a list', fromFields('data, foto'), /'foto'/],
		['a pattern that nothing matches', fromFields('Scan_*'), /'Scan_\*'/],
		['a name of every object', fromFields('constructor'), /'constructor'/],
		['a number for a name', fromFields('={{ 5 }}'), /'Input Data Field Name\(s\)'/],
		['nothing for a name', fromFields('={{ null }}'), /'Input Data Field Name\(s\)'/],
		['an empty name', fromFields('  '), /'Input Data Field Name\(s\)'/],
		['an object that is no file', fromFields('={{ ({ a: 1 }) }}'), /'Input Data Field Name\(s\)'/],
		['no entry', { values: [] }, /no image/],
		['an empty list', {}, /no image/],
		['an unknown source', { values: [{ source: 'ftp', url: PUBLIC_URL }] }, /'Source'/],
		['15 images', fromUrl(Array(15).fill(PUBLIC_URL).join('\n')), /15 images.*14/],
		['text for an address', fromUrl('photo.png'), /'URL\(s\)'/],
		[
			'one wrong address of several',
			fromUrl(`${PUBLIC_URL}\nexample.com/b.png`),
			/'URL\(s\)'.*example\.com\/b\.png/,
		],
		['an address without a host', fromUrl('https://'), /'URL\(s\)'/],
		['an address of a file on the disk', fromUrl('file:///etc/hostname'), /'URL\(s\)'/],
		['an empty address', fromUrl(''), /'URL\(s\)'/],
		['nothing for an address', fromUrl('={{ null }}'), /'URL\(s\)'/],
		['an object for an address', fromUrl('={{ ({ url: 1 }) }}'), /'URL\(s\)'/],
		['a list with a number in it', fromUrl('={{ [1, 2] }}'), /'URL\(s\)'/],
		['a data URI that is no image', fromUrl('data:text/plain;base64,SGFsbG8='), /'URL\(s\)'/],
	])('%s', async (_name, images, message) => {
		const error = failure(await edit(images));
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error.message).toMatch(message);
		expect(error.description).toBeTruthy();
		expect(bench.fal.records).toEqual([]);
	});

	it('names the fields that are there', async () => {
		const error = failure(await edit(fromFields('photo')));
		for (const name of Object.keys(files)) expect(error.description).toContain(name);
	});

	it('says when the item has no files at all', async () => {
		const error = failure(await bench.edit({ parameters: { images: fromFields('data') } }));
		expect(error.description).toContain('no files');
	});

	it.each<[string, Record<string, IBinaryData> | undefined]>([
		['no files', undefined],
		['only a PDF', { Offer: { data: '', mimeType: 'application/pdf', fileName: 'offer.pdf' } }],
	])('%s on the item and * for the name', async (_name, binary) => {
		const run = { items: [{ json: {}, binary }], parameters: { images: fromFields('*') } };
		const error = failure(await bench.edit(run));
		expect(error.message).toContain('no image');
		expect(bench.fal.records).toEqual([]);
	});

	it('15 files of one item', async () => {
		const error = failure(await edit(fromFields('*'), copies(15)));
		expect(error.message).toContain('15');
		expect(bench.fal.records).toEqual([]);
	});
});
