import type { IBinaryData, IDataObject } from 'n8n-workflow';
import {
	fromFields,
	fromUrl,
	made,
	PUBLIC_URL,
	until,
	useEditBench,
} from '../../../../support/edit';
import { storeFile } from '../../../../support/engine';
import { dataUri, makeImage, sha256, storeImage } from '../../../../support/images';

const bench = useEditBench();
const OTHER_URL = 'https://example.com/other.png?size=L&name=a,b';
const ODD = ['Bild (1).jpg', '[x]+$', 'ünï ☃', 'a.b', 'a,b'];

/** One item with many files: plain names, numbered ones, odd ones, and one that is no image. */
const files: Record<string, IBinaryData> = {};
const hashes: Record<string, string> = {};
let inline = '';

beforeAll(async () => {
	const names = ['Photo_10', 'Photo_2', 'data', 'Photo_1', ...ODD];
	for (const [seed, name] of names.entries()) {
		const { bytes, file } = await storeImage(`file-${seed}.png`, seed + 1);
		files[name] = file;
		hashes[name] = sha256(bytes);
		if (name === 'Photo_2')
			files.Offer = await storeFile(Buffer.from('%PDF-1.7'), 'offer.pdf', 'application/pdf');
	}
	const bytes = await makeImage('png', 50);
	inline = dataUri(bytes);
	bench.fal.settings.publicFiles = { [PUBLIC_URL]: bytes, [OTHER_URL]: bytes };
});

const edit = async (images: IDataObject, binary: Record<string, IBinaryData> | undefined = files) =>
	await bench.edit({
		items: [{ json: { urls: [PUBLIC_URL, OTHER_URL] }, binary }],
		parameters: { images },
	});

const copies = (count: number) =>
	Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, files.data!]));

const byHash = (name: string) => hashes[name] ?? name;

describe('files of the item, compared by the bytes that fal received', () => {
	it.each<[string, unknown, string[]]>([
		['one name', 'data', ['data']],
		['a name with spaces around it', '  data ', ['data']],
		['a list, in its own order', 'Photo_10, data,Photo_1', ['Photo_10', 'data', 'Photo_1']],
		['a list with an empty place', 'data,,Photo_1,', ['data', 'Photo_1']],
		['a pattern, in natural order', 'Photo_*', ['Photo_1', 'Photo_2', 'Photo_10']],
		['a pattern with the star in front', '*_10', ['Photo_10']],
		['a pattern with two stars', 'P*_1*', ['Photo_1', 'Photo_10']],
		['a name, then the others by pattern', 'Photo_10,Photo_*', ['Photo_10', 'Photo_1', 'Photo_2']],
		['a name with a bracket', 'Bild (1).jpg', ['Bild (1).jpg']],
		['a name that looks like a regular expression', '[x]+$', ['[x]+$']],
		['a name with signs of other languages', 'ünï ☃', ['ünï ☃']],
		['a name with a dot', 'a.b', ['a.b']],
		['a name with a comma, when there is such a field', 'a,b', ['a,b']],
		['a pattern with odd signs', 'Bild (*).jpg', ['Bild (1).jpg']],
		['a list from an expression', "={{ ['Photo_2', 'data'] }}", ['Photo_2', 'data']],
		['a name from an expression', "={{ 'Photo_' + (1 + 1) }}", ['Photo_2']],
		['a file from an expression', '={{ $input.item.binary.Photo_2 }}', ['Photo_2']],
		[
			'several files from an expression',
			'={{ [$input.item.binary.Photo_2, $input.item.binary.data] }}',
			['Photo_2', 'data'],
		],
	])('%s: %s', async (_name, field, wanted) => {
		made(await edit(fromFields(field)));
		expect(bench.received()).toEqual(wanted.map(byHash));
	});

	it('takes every image with *, and passes over the PDF', async () => {
		made(await edit({ values: [{ source: 'binary', binaryPropertyName: '*' }] }));
		expect(bench.received().sort()).toEqual(Object.values(hashes).sort());
		const photos = ['Photo_1', 'Photo_2', 'Photo_10'].map(byHash);
		expect(bench.received().filter((hash) => photos.includes(hash))).toHaveLength(3);
	});

	it('sends them in order even when the first upload is the slowest', async () => {
		const sent = () => bench.calls('upload').filter(({ statusCode }) => statusCode === 200);
		const othersFirst = async () => await until(() => sent().length === 2);
		const match = { fileName: 'file-0' };
		bench.fal.faults.add({ stage: 'upload', kind: 'slow', match, until: othersFirst });
		made(await edit(fromFields('Photo_10,Photo_1,data')));
		expect(bench.received()).toEqual(['Photo_10', 'Photo_1', 'data'].map(byHash));
	});
});

describe('addresses, sent as given', () => {
	it.each<[string, unknown, string[]]>([
		['one', PUBLIC_URL, [PUBLIC_URL]],
		['several, one a line', `${OTHER_URL}\n${PUBLIC_URL}`, [OTHER_URL, PUBLIC_URL]],
		['lines of Windows', `${PUBLIC_URL}\r\n${OTHER_URL}\r\n`, [PUBLIC_URL, OTHER_URL]],
		['empty lines and spaces', `\n  ${PUBLIC_URL}  \n\n${OTHER_URL}`, [PUBLIC_URL, OTHER_URL]],
		['a list from an expression', '={{ $json.urls }}', [PUBLIC_URL, OTHER_URL]],
		['a text from an expression', '={{ $json.urls[1] }}', [OTHER_URL]],
		['a joined list', "={{ $json.urls.join('\\n') }}", [PUBLIC_URL, OTHER_URL]],
	])('%s', async (_name, url, wanted) => {
		made(await edit(fromUrl(url)));
		expect(bench.inputs()[0]?.image_urls).toEqual(wanted);
	});

	it('takes data URIs, which hold commas, one a line', async () => {
		made(await edit(fromUrl(`${inline}\n${PUBLIC_URL}\n${inline}`)));
		expect(bench.inputs()[0]?.image_urls).toEqual([inline, PUBLIC_URL, inline]);
	});
});

it('mixes files, addresses and data URIs in the order of the entries', async () => {
	const entries = [
		{ source: 'url', url: OTHER_URL },
		{ source: 'binary', binaryPropertyName: 'Photo_10' },
		{ source: 'url', url: inline },
		{ source: 'binary', binaryPropertyName: 'Photo_*' },
		{ source: 'url', url: '={{ $json.urls }}' },
		{ source: 'binary', binaryPropertyName: 'data' },
	];
	made(await edit({ values: entries }));
	const imageInline = sha256(Buffer.from(inline.slice(inline.indexOf(',') + 1), 'base64'));
	expect(bench.received()).toEqual(
		[
			OTHER_URL,
			'Photo_10',
			imageInline,
			'Photo_1',
			'Photo_2',
			'Photo_10',
			PUBLIC_URL,
			OTHER_URL,
			'data',
		].map(byHash),
	);
});

it('takes every image of the item when the parameter was never touched', async () => {
	const { file, bytes } = await storeImage('one.png', 60);
	const items = [{ json: {}, binary: { some_name: file } }];
	made(await bench.edit({ items, parameters: { images: undefined } }));
	expect(bench.received()).toEqual([sha256(bytes)]);
});

it('takes exactly 14 images', async () => {
	made(await edit(fromFields('*'), copies(14)));
	expect(bench.received()).toHaveLength(14);
});
