import sharp, { type Sharp } from 'sharp';

/** One file of the corpus, as a camera, a phone, an editor or a web server makes it. */
export interface Sample {
	name: string;
	bytes: Buffer;
	/** so many bytes are the image; what stands behind changes nothing */
	end: number;
	mimeType: string;
	width: number;
	height: number;
	/** whether sharp reads it: it knows neither HEVC nor images that move as AVIF, but their boxes are the same */
	isJudged: boolean;
}

/** Bytes from a seed that look like nothing. */
export function noise(size: number, seed: number): Buffer {
	const bytes = Buffer.alloc(size);
	let state = seed * 2_654_435_761 + 1;
	for (let at = 0; at < size; at++) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		bytes[at] = state >>> 24;
	}
	return bytes;
}

export interface Size {
	width: number;
	height: number;
}

/** Odd sizes and plain ones, and both kinds of content: flat as a drawing, restless as a photo. */
export const SCENES: Array<Size & { kind: 'flat' | 'photo' }> = [
	{ width: 1, height: 1, kind: 'flat' },
	{ width: 17, height: 9, kind: 'photo' },
	{ width: 64, height: 48, kind: 'flat' },
	{ width: 96, height: 130, kind: 'photo' },
	{ width: 251, height: 83, kind: 'photo' },
];

/** An image of a scene, before it is written in any format. */
export function draw({ width, height, kind }: Size & { kind: 'flat' | 'photo' }, seed = 1): Sharp {
	if (kind === 'flat')
		return sharp({
			create: { width, height, channels: 3, background: { r: 200, g: seed, b: 30 } },
		});
	const raw = { width, height, channels: 3 as const };
	return sharp(noise(width * height * 3, seed + width), { raw });
}

export const u32 = (value: number): Buffer => {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
};

/** What cameras, phones and servers put behind an image. */
export const TAILS: Array<[name: string, tail: Buffer]> = [
	['zeros behind it', Buffer.alloc(900)],
	['random bytes behind it', noise(3_000, 77)],
	[
		'a film behind it',
		Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), noise(2_000, 5)]),
	],
	['a text behind it', Buffer.from('\r\n<!-- served in 0.02 s -->\r\n')],
];

type Make = (image: Sharp) => Promise<Buffer>;

/** A way to write an image: the bytes of it, and how many of them are it where others stand behind. */
export type Variant = [name: string, make: Make, end?: (bytes: Buffer) => number];

/** Every variant of every scene, and the first one with each tail behind it. */
export async function samplesOf(
	mimeType: string,
	variants: Variant[],
	isJudged: (name: string) => boolean = () => true,
): Promise<Sample[]> {
	const samples: Sample[] = [];
	for (const scene of SCENES) {
		const { width, height } = scene;
		const add = (name: string, bytes: Buffer, end = bytes.length) =>
			samples.push({
				name: `${name}, ${width} × ${height}, ${mimeType}`,
				...{ bytes, end, mimeType, width, height },
				isJudged: isJudged(name),
			});
		for (const [name, make, end] of variants) {
			const bytes = await make(draw(scene));
			add(name, bytes, end?.(bytes));
		}
		const plain = await variants[0]![1](draw(scene));
		for (const [name, tail] of TAILS) add(name, Buffer.concat([plain, tail]), plain.length);
	}
	return samples;
}
