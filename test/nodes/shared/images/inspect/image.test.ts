import sharp from 'sharp';
import { ImageScan, readImage } from '../../../../../nodes/shared/images/inspect/image';
import { makePhoneImage, makeImage, type ImageFormat } from '../../../../support/images';

const FORMATS: Array<[ImageFormat, string, string]> = [
	['png', 'image/png', 'png'],
	['jpeg', 'image/jpeg', 'jpg'],
	['webp', 'image/webp', 'webp'],
	['gif', 'image/gif', 'gif'],
	['avif', 'image/avif', 'avif'],
];

const images = new Map<ImageFormat, Buffer>();
beforeAll(async () => {
	for (const [format] of FORMATS) images.set(format, await makeImage(format, 4, 120, 80));
});

it.each(FORMATS)('tells a %s by its bytes', (format, mimeType, extension) => {
	const facts = { mimeType, extension, width: 120, height: 80, whole: true };
	expect(readImage(images.get(format)!)).toMatchObject(facts);
});

it.each(FORMATS)('tells a %s whose first piece is tiny', (format) => {
	const bytes = images.get(format)!;
	for (let length = 1; length <= 64; length++) {
		const scan = new ImageScan();
		scan.push(bytes.subarray(0, length));
		scan.push(bytes.subarray(length));
		expect(scan.finish()).toMatchObject({ width: 120, height: 80, whole: true });
	}
});

describe.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)('a %s cut short', (format) => {
	// Without what only says that it is over, a PNG or GIF is whole.
	const needless = { png: 12, gif: 1 }[format as string] ?? 0;
	it.each([1, 2, 5, 12, 50, 200, '25%', '50%', '75%', '90%'])(
		'by %s is whole only where none of its data is missing',
		(cut) => {
			const whole = images.get(format)!;
			const bytes =
				typeof cut === 'number' ? cut : Math.floor((whole.length * Number.parseInt(cut, 10)) / 100);
			const facts = readImage(whole.subarray(0, whole.length - bytes));
			expect(facts?.whole ?? false).toBe(Number(cut) <= needless);
		},
	);

	it('by a few bytes is taken only where sharp reads it', async () => {
		const whole = images.get(format)!;
		for (let cut = 1; cut <= 30; cut++) {
			const bytes = whole.subarray(0, whole.length - cut);
			if (readImage(bytes)?.whole) await sharp(bytes, { failOn: 'truncated' }).stats();
		}
		expect(readImage(whole.subarray(0, -30))?.whole).toBe(false);
	});
});

it.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)(
	'a %s cut anywhere never throws',
	(format) => {
		const whole = images.get(format)!;
		for (let length = 0; length < whole.length; length += 97) readImage(whole.subarray(0, length));
		for (let length = 0; length < 64; length++) readImage(whole.subarray(0, length));
	},
);

const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), Buffer.alloc(4_000, 7)]);

it.each<[string, () => Promise<Buffer>]>([
	['a JPEG with a film behind it', async () => Buffer.concat([await makeImage('jpeg'), film])],
	['a PNG with bytes behind it', async () => Buffer.concat([await makeImage('png'), film])],
	["a phone's JPEG with a preview", makePhoneImage],
	[
		'a progressive JPEG',
		async () =>
			await sharp(await makeImage())
				.jpeg({ progressive: true })
				.toBuffer(),
	],
	[
		'a JPEG in shades of grey',
		async () =>
			await sharp(await makeImage())
				.grayscale()
				.jpeg()
				.toBuffer(),
	],
	[
		'a JPEG in print colours',
		async () =>
			await sharp(await makeImage())
				.toColourspace('cmyk')
				.jpeg()
				.toBuffer(),
	],
	['a JPEG with a fill byte before a marker', async () => filled(await makeImage('jpeg'), 1)],
	['a JPEG with fill bytes before a marker', async () => filled(await makeImage('jpeg'), 2)],
	[
		'an interlaced PNG',
		async () =>
			await sharp(await makeImage())
				.png({ progressive: true })
				.toBuffer(),
	],
	[
		'a PNG with a palette',
		async () =>
			await sharp(await makeImage())
				.png({ palette: true })
				.toBuffer(),
	],
	[
		'a PNG of 16 bits',
		async () =>
			await sharp(await makeImage())
				.toColourspace('rgb16')
				.png()
				.toBuffer(),
	],
	[
		'a transparent PNG',
		async () =>
			await sharp(await makeImage())
				.ensureAlpha(0.5)
				.png()
				.toBuffer(),
	],
	[
		'a WebP without loss',
		async () =>
			await sharp(await makeImage())
				.webp({ lossless: true })
				.toBuffer(),
	],
	[
		'a transparent WebP',
		async () =>
			await sharp(await makeImage())
				.ensureAlpha(0.5)
				.webp()
				.toBuffer(),
	],
])('%s is whole', async (_name, make) => {
	expect(readImage(await make())).toMatchObject({ width: 48, height: 32, whole: true });
});

it("a phone's JPEG that ends after its preview is not whole", async () => {
	const bytes = await makePhoneImage();
	const endOfPreview = bytes.indexOf(Buffer.from([0xff, 0xd9])) + 2;
	expect(readImage(bytes.subarray(0, endOfPreview + 100))?.whole ?? false).toBe(false);
});

it('half a JPEG with a whole one behind it is not whole', async () => {
	const bytes = await makeImage('jpeg');
	const half = bytes.subarray(0, bytes.length - 40);
	expect(readImage(Buffer.concat([half, bytes]))?.whole).toBe(false);
});

it.each<[string, Buffer]>([
	['nothing', Buffer.alloc(0)],
	['zeros', Buffer.alloc(1_000)],
	['a text', Buffer.from('PNG')],
	['a PDF', Buffer.from('%PDF-1.7\n')],
	['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>')],
	['a page', Buffer.from('<html><body>404</body></html>')],
	['the signature of a PNG alone', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
	['the signature of a JPEG alone', Buffer.from([0xff, 0xd8, 0xff])],
	['a WAV, which begins like a WebP', Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1')],
	['a film', film],
])('%s is no image', (_name, bytes) => {
	expect(readImage(bytes)).toBeUndefined();
});

it('a WebP without loss whose data has not its sign is no image', async () => {
	const image = await sharp(await makeImage())
		.webp({ lossless: true })
		.toBuffer();
	image[image.indexOf('VP8L') + 8] = 0;
	expect(readImage(image)).toBeUndefined();
});

/** A marker may have any number of FF before it. */
function filled(jpeg: Buffer, count: number): Buffer {
	const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
	return Buffer.concat([jpeg.subarray(0, frame), Buffer.alloc(count, 0xff), jpeg.subarray(frame)]);
}
