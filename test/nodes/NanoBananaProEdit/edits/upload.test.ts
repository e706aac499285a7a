import type { IBinaryData } from 'n8n-workflow';
import { failure, fromFields, made, useEditBench } from '../../../support/edit';
import { storeFile } from '../../../support/engine';
import { dataUri, makePhoneImage, makeImage, sha256, storeImage } from '../../../support/images';

const bench = useEditBench();

const editFile = async (file: IBinaryData, options = {}) =>
	await bench.edit({
		items: [{ json: {}, binary: { photo: file } }],
		parameters: { images: fromFields('photo') },
		options,
	});

const SVG =
	'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';

describe('a file that fal could not use is refused before any call', () => {
	it.each<[string, string | Buffer, string, string]>([
		['a PDF', '%PDF-1.7\n%âãÏÓ\n1 0 obj', 'offer.pdf', 'application/pdf'],
		['a PDF that says it is a PNG', '%PDF-1.7\n%âãÏÓ\n1 0 obj', 'offer.png', 'image/png'],
		['a text', 'Hello', 'note.txt', 'text/plain'],
		['an SVG', SVG, 'logo.svg', 'image/svg+xml'],
		['an error page saved as an image', '<html><body>404</body></html>', 'photo.jpg', 'image/jpeg'],
		['an empty file', '', 'photo.png', 'image/png'],
		['one byte', 'x', 'photo.png', 'image/png'],
		['a BMP', Buffer.concat([Buffer.from('BM'), Buffer.alloc(60, 1)]), 'photo.bmp', 'image/bmp'],
	])('%s', async (_name, content, fileName, mimeType) => {
		const error = failure(
			await editFile(await storeFile(Buffer.from(content), fileName, mimeType)),
		);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error.message).toContain("'photo'");
		expect(error.message).toContain(mimeType);
		expect(error.description).toMatch(/PNG, JPEG, WebP/);
		expect(bench.fal.records).toEqual([]);
	});

	it.each(['png', 'jpeg', 'webp'] as const)('a %s cut in the middle', async (format) => {
		const bytes = await makeImage(format, 1, 200, 150);
		const half = bytes.subarray(0, Math.floor(bytes.length * 0.6));
		const error = failure(
			await editFile(await storeFile(half, `photo.${format}`, `image/${format}`)),
		);
		expect(error.message).toMatch(/'photo'.*incomplete/);
		expect(error.description).toMatch(/download|upload/);
		expect(bench.fal.records).toEqual([]);
	});

	it('an image over the size that fal takes', async () => {
		const bytes = Buffer.concat([await makeImage('jpeg'), Buffer.alloc(50 * 1024 * 1024)]);
		const error = failure(await editFile(await storeFile(bytes, 'big.jpg', 'image/jpeg')));
		expect(error.message).toMatch(/'photo' is 51 MB.*50/);
		expect(bench.fal.records).toEqual([]);
	});

	it('one of several: none of the others is uploaded', async () => {
		const { file } = await storeImage();
		const text = await storeFile(Buffer.from('Hello'), 'note.png', 'image/png');
		const items = [{ json: {}, binary: { a: file, b: file, c: text } }];
		const error = failure(await bench.edit({ items, parameters: { images: fromFields('a,b,c') } }));
		expect(error.message).toContain("'c'");
		expect(bench.fal.records).toEqual([]);
	});
});

describe('what fal is told of a file follows its bytes', () => {
	it.each<[string, 'png' | 'jpeg' | 'webp' | 'gif' | 'avif', string, string, string]>([
		['a PNG', 'png', 'photo.png', 'image/png', 'photo.png'],
		['a JPEG', 'jpeg', 'photo.jpeg', 'image/jpeg', 'photo.jpg'],
		['a WebP', 'webp', 'photo.webp', 'image/webp', 'photo.webp'],
		['a GIF', 'gif', 'photo.gif', 'image/gif', 'photo.gif'],
		['an AVIF', 'avif', 'photo.avif', 'image/avif', 'photo.avif'],
		['a WebP that is named PNG', 'webp', 'photo.png', 'image/png', 'photo.webp'],
		['an image without a type', 'jpeg', 'photo', 'application/octet-stream', 'photo.jpg'],
		[
			'a name with blanks and other signs',
			'png',
			'Mein Bild (1)é.png',
			'image/png',
			'Mein_Bild_1_.png',
		],
		['a name with a path', 'png', '../../etc/photo.png', 'image/png', '.._.._etc_photo.png'],
		['a name of nothing but signs', 'png', '🙂.png', 'image/png', '_.png'],
	])('%s', async (_name, format, fileName, mimeType, uploadName) => {
		const bytes = await makeImage(format);
		made(await editFile(await storeFile(bytes, fileName, mimeType)));
		expect(bench.fal.uploads).toHaveLength(1);
		expect(bench.fal.uploads[0]).toMatchObject({
			contentType: `image/${format}`,
			// fal keeps the name, and with it what tells the image apart.
			fileName: uploadName.replace(/\.\w+$/, `-n8n-${sha256(bytes).slice(0, 32)}$&`),
			size: bytes.length,
			sha256: sha256(bytes),
		});
	});

	it("a phone's photo, turned and with a preview inside, arrives byte for byte", async () => {
		const bytes = await makePhoneImage();
		made(await editFile(await storeFile(bytes, 'IMG_0001.JPG', 'image/jpeg')));
		expect(bench.received()).toEqual([sha256(bytes)]);
	});

	it('a photo with a film behind it arrives byte for byte', async () => {
		const bytes = Buffer.concat([await makeImage('jpeg'), Buffer.from('ftypmp42 and more')]);
		made(await editFile(await storeFile(bytes, 'live.jpg', 'image/jpeg')));
		expect(bench.received()).toEqual([sha256(bytes)]);
	});
});

it('sends files inside the request when Image Transfer is Data URI', async () => {
	const { bytes, file } = await storeImage('photo.webp', 3, 'webp');
	made(await editFile(file, { imageTransfer: 'dataUri' }));
	expect(bench.inputs()[0]?.image_urls).toEqual([dataUri(bytes, 'image/webp')]);
	expect(bench.calls('initiate')).toEqual([]);
});

it.each([
	['1h', 3_600],
	['1d', 86_400],
	['7d', 604_800],
	['30d', 2_592_000],
	['1y', 31_536_000],
])(
	'File Expiration %s holds for the uploaded and the made files',
	async (fileExpiration, seconds) => {
		const { file } = await storeImage();
		made(await editFile(file, { fileExpiration }));
		const wanted = { expiration_duration_seconds: seconds };
		expect(JSON.parse(bench.fal.uploads[0]?.lifecycle ?? '')).toMatchObject(wanted);
		const header = bench.fal.jobs[0]?.headers['x-fal-object-lifecycle-preference'];
		expect(JSON.parse(header ?? '')).toMatchObject(wanted);
	},
);

it.each([{}, { fileExpiration: 'never' }])(
	'leaves the time to the account with %j',
	async (options) => {
		const { file } = await storeImage();
		made(await editFile(file, options));
		expect(bench.fal.uploads[0]?.lifecycle).toBeUndefined();
		expect(bench.fal.jobs[0]?.headers['x-fal-object-lifecycle-preference']).toBeUndefined();
	},
);

it('uploads through the storage and nowhere with the key', async () => {
	const { file } = await storeImage();
	made(await editFile(file));
	expect(bench.calls('initiate')).toHaveLength(1);
	expect(bench.calls('upload').map(({ headers }) => headers.authorization)).toEqual([undefined]);
	expect(bench.calls('download').map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

it.each([
	['initiate', '500'],
	['initiate', 'broken-json'],
	['upload', 'drop-during'],
	['upload', '503'],
] as const)('repeats an upload that failed for a moment: %s %s', async (stage, kind) => {
	const { bytes, file } = await storeImage();
	bench.fal.faults.add({ stage, kind, times: 1 });
	made(await editFile(file));
	expect(bench.received()).toEqual([sha256(bytes)]);
	expect(bench.calls('submit')).toHaveLength(1);
});
