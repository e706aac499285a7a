import type { JpegOptions, Sharp } from 'sharp';
import { noise, type Sample, samplesOf, type Variant } from './sample';

const jpeg =
	(options: JpegOptions = {}) =>
	async (image: Sharp) =>
		await image.jpeg(options).toBuffer();

const segment = (marker: number, content: Buffer) => {
	const head = Buffer.from([0xff, marker, 0, 0]);
	head.writeUInt16BE(content.length + 2, 2);
	return Buffer.concat([head, content]);
};

/** Puts bytes behind the marker that begins a JPEG. */
const withFront = (bytes: Buffer, front: Buffer) =>
	Buffer.concat([bytes.subarray(0, 2), front, bytes.subarray(2)]);

const exif = (preview: Buffer) =>
	segment(
		0xe1,
		Buffer.concat([Buffer.from('Exif\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0', 'latin1'), preview]),
	);

const front = (make: (bytes: Buffer) => Buffer) => async (image: Sharp) => {
	const bytes = await jpeg()(image);
	return withFront(bytes, make(bytes));
};

/** Application segments as an editor writes its layers, or a phone its depth map: 300 kB here, 7 MB in a test of its own. */
const segments = (count: number) =>
	Buffer.concat(Array.from({ length: count }, (_, seed) => segment(0xed, noise(60_000, seed))));

/** Without its end marker, and zeros in its place. */
const withoutEnd = async (image: Sharp) => {
	const bytes = await jpeg()(image);
	return Buffer.concat([bytes.subarray(0, -2), Buffer.alloc(600)]);
};

const VARIANTS: Variant[] = [
	['a plain JPEG', jpeg()],
	['a small JPEG', jpeg({ quality: 20 })],
	['a fine JPEG', jpeg({ quality: 100, chromaSubsampling: '4:4:4' })],
	['a progressive JPEG', jpeg({ progressive: true })],
	['a JPEG of a web server', jpeg({ mozjpeg: true })],
	['a grey JPEG', async (image) => await jpeg()(image.grayscale())],
	['a JPEG in print colours', async (image) => await jpeg()(image.toColourspace('cmyk'))],
	['a turned JPEG', async (image) => await jpeg()(image.withMetadata({ orientation: 6 }))],
	['a JPEG with a colour profile', async (image) => await jpeg()(image.withIccProfile('p3'))],
	[
		'a JPEG with a preview',
		front((bytes) => (bytes.length < 60_000 ? exif(bytes) : Buffer.alloc(0))),
	],
	['a JPEG with large segments', front(() => segments(5))],
	[
		'a JPEG with a note that looks like its end',
		front(() => segment(0xfe, Buffer.from([0xff, 0xd9, 0xff, 0xd9]))),
	],
	['a JPEG with fill bytes', front(() => Buffer.from([0xff, 0xff, 0xff]))],
	[
		'a JPEG with a second one behind it',
		async (image) => {
			const bytes = await jpeg()(image);
			return Buffer.concat([bytes, bytes]);
		},
		(bytes) => bytes.length / 2,
	],
	['a JPEG without an end marker', withoutEnd, (bytes) => bytes.length - 600 - 8],
];

export const jpegSamples = async (): Promise<Sample[]> => await samplesOf('image/jpeg', VARIANTS);
