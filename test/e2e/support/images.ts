import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';

export const sha256 = (bytes: Uint8Array): string =>
	createHash('sha256').update(bytes).digest('hex');

/** Soft coloured clouds with grain: compresses like a photo, not like a drawing. */
async function clouds(width: number, height: number, seed: number): Promise<Sharp> {
	const small = Buffer.from(
		Array.from(
			{ length: 6 * 4 * 3 },
			(_, at) => (at * 97 + seed * 53 + ((at * seed) % 31) * 7) % 256,
		),
	);
	const base = await sharp(small, { raw: { width: 6, height: 4, channels: 3 } })
		.resize(width, height, { kernel: 'cubic', fit: 'fill' })
		.toBuffer({ resolveWithObject: true });
	const grain = await sharp({
		create: {
			width,
			height,
			channels: 3,
			background: '#808080',
			noise: { type: 'gaussian', mean: 128, sigma: 9 },
		},
	})
		.png({ compressionLevel: 1 })
		.toBuffer();
	return sharp(base.data, { raw: base.info }).composite([{ input: grain, blend: 'soft-light' }]);
}

const round = (width: number, height: number) =>
	Buffer.from(
		`<svg width="${width}" height="${height}"><ellipse cx="50%" cy="50%" rx="40%" ry="40%" fill="#fff"/></svg>`,
	);

/** A cut-out, as a shop has of its products: see-through around a round body. */
async function cutOut(): Promise<Buffer> {
	const image = await (await clouds(640, 480, 4)).png().toBuffer();
	return await sharp(image)
		.ensureAlpha()
		.composite([{ input: round(640, 480), blend: 'dest-in' }])
		.png()
		.toBuffer();
}

const makers = {
	'plain.png': async () => await (await clouds(800, 600, 1)).png().toBuffer(),
	// A phone held upright: the pixels lie on their side, and EXIF says so.
	'phone.jpg': async () =>
		await (await clouds(1200, 900, 2))
			.jpeg({ quality: 88 })
			.withMetadata({ orientation: 6 })
			.toBuffer(),
	'web.webp': async () => await (await clouds(700, 700, 3)).webp({ quality: 85 }).toBuffer(),
	'cut-out.png': cutOut,
	'camera-4k.jpg': async () => await (await clouds(3840, 2160, 5)).jpeg({ quality: 92 }).toBuffer(),
};

export type PhotoName = keyof typeof makers;
const photoNames = Object.keys(makers) as PhotoName[];
const made = new Map<PhotoName, Promise<Buffer>>();

/** One of the kinds of image that people have. */
export async function photo(name: PhotoName): Promise<Buffer> {
	const bytes = made.get(name) ?? makers[name]();
	made.set(name, bytes);
	return await bytes;
}

/** All of them, by file name. */
export async function photos(): Promise<Record<PhotoName, Buffer>> {
	const entries = photoNames.map(async (name) => [name, await photo(name)] as const);
	return Object.fromEntries(await Promise.all(entries)) as Record<PhotoName, Buffer>;
}
