import { createHash } from 'node:crypto';
import sharp from 'sharp';

import type { LiveJob } from '../outcome';
import type { Edit, Format } from '../schema';
import type { World } from '../world';
import type { InputImage } from './decode';
import { drawPage, encode } from './draw';
import { padTo } from './pad';
import type { Size } from './sizes';

export interface Image extends Size {
	bytes: Buffer;
	/** What the answer calls it, which a fault can make untrue. */
	format: Format;
}

// The machine's processors are for what is tested, not for drawing.
sharp.concurrency(1);

/** The images of one request. */
export async function makeImages(
	world: World,
	live: LiveJob,
	edit: Edit,
	inputs: InputImage[],
): Promise<Image[]> {
	const subject = { text: live.prompt, requestId: live.job.id };
	const lies = world.faults.take('result', 'image', subject) !== undefined;
	const drawn = lies ? { ...edit, output_format: otherFormat(edit.output_format) } : edit;
	const { image, outputBytes } = world.settings;
	const files = await filesFor(image, live, drawn, inputs);
	return await Promise.all(
		files.map(async (file) => {
			const { width, height } = await sharp(file).metadata();
			const bytes =
				outputBytes === undefined ? file : padded(file, drawn.output_format, outputBytes);
			return { bytes, width, height, format: edit.output_format };
		}),
	);
}

function otherFormat(format: Format): Format {
	return format === 'jpeg' ? 'png' : 'jpeg';
}

async function filesFor(
	image: World['settings']['image'],
	{ job, prompt }: LiveJob,
	edit: Edit,
	inputs: InputImage[],
): Promise<Buffer[]> {
	const indexes = Array.from({ length: edit.num_images }, (_, index) => index);
	const format = edit.output_format;
	if (image === 'tiny') return await Promise.all(indexes.map(() => tiny(format)));
	if (typeof image === 'function') return indexes.map((index) => image({ prompt, index, format }));
	// Not random, so that one request always gives one image and the cache can serve it.
	const seed = edit.seed ?? Number.parseInt(job.contentKey.slice(0, 8), 16);
	const hashes = inputs.map(({ hash }) => hash);
	const key = JSON.stringify([{ ...edit, image_urls: hashes }, seed]);
	return await cached(createHash('sha256').update(key).digest('hex'), () =>
		drawAll(edit, inputs, seed, indexes),
	);
}

async function drawAll(
	edit: Edit,
	inputs: InputImage[],
	seed: number,
	indexes: number[],
): Promise<Buffer[]> {
	const sheet = await drawPage(edit, inputs, seed);
	const files: Buffer[] = [];
	for (const index of indexes)
		files.push(await encode(sheet, index, indexes.length, edit.output_format));
	return files;
}

const cacheSize = 24;
const drawings = new Map<string, Promise<Buffer[]>>();
let turn: Promise<unknown> = Promise.resolve();

/** One drawing at a time: forty 4K pages at once would take the memory of the machine. */
function cached(key: string, draw: () => Promise<Buffer[]>): Promise<Buffer[]> {
	const known = drawings.get(key);
	if (known) return known;
	const made = turn.then(draw);
	turn = made.catch(() => undefined);
	drawings.set(key, made);
	for (const [oldest] of drawings) if (drawings.size > cacheSize) drawings.delete(oldest);
	return made;
}

const tinies = new Map<Format, Promise<Buffer>>();

function tiny(format: Format): Promise<Buffer> {
	const made =
		tinies.get(format) ??
		sharp({ create: { width: 64, height: 64, channels: 3, background: '#ffd84d' } })
			.toFormat(format)
			.toBuffer();
	tinies.set(format, made);
	return made;
}

const paddings = new Map<string, Buffer>();

/** Big files are shared where the image is the same, as in a test with hundreds of requests. */
function padded(file: Buffer, format: Format, size: number): Buffer {
	const key = `${size} ${createHash('sha1').update(file).digest('hex')}`;
	const made = paddings.get(key) ?? padTo(file, format, size);
	paddings.set(key, made);
	for (const [oldest] of paddings) if (paddings.size > 8) paddings.delete(oldest);
	return made;
}
