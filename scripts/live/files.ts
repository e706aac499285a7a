import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { NotSeen, type Live } from './live';
import type { Answer } from './wire';

const drawing = Buffer.from(
	`<svg xmlns="http://www.w3.org/2000/svg" width="320" height="256">
	<rect width="320" height="256" fill="#d2dceb"/><circle cx="160" cy="128" r="70" fill="#be2828"/></svg>`,
);

export const FORMATS = ['png', 'jpeg', 'webp', 'gif', 'avif', 'heic'] as const;
export type Format = (typeof FORMATS)[number];

/** A red ball in a format; sharp writes no HEIC. */
export async function ball(format: Format): Promise<Buffer> {
	if (format === 'heic') return readFileSync(join(__dirname, 'ball.heic'));
	return await sharp(drawing).toFormat(format).toBuffer();
}

/** As the node names an upload: the hash in the name is what an image is known by. */
export function nameFor(bytes: Buffer, format: string): string {
	const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
	return `ball-n8n-${hash}.${format}`;
}

const START = 'https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3';

export interface Uploaded {
	name: string;
	bytes: Buffer;
	type: string;
	start: Answer;
	put: Answer;
	/** the file's public address */
	url: string;
}

/** The start of an upload, with our key or another. */
export const startUpload = async (
	live: Live,
	body: object,
	headers: Record<string, string> = {},
	key?: string,
): Promise<Answer> => await live.wire.call(START, { method: 'POST', body, headers, key });

/** Puts bytes into fal's storage, call by call. */
export async function upload(
	live: Live,
	bytes: Buffer,
	format: string,
	headers?: Record<string, string>,
): Promise<Uploaded> {
	const [name, type] = [nameFor(bytes, format), `image/${format}`];
	const start = await startUpload(live, { file_name: name, content_type: type }, headers);
	const { file_url: url, upload_url } = start.json;
	if (typeof url !== 'string' || typeof upload_url !== 'string')
		throw new NotSeen(`the upload did not start: ${start.status}`);
	const put = await live.wire.call(upload_url, {
		method: 'PUT',
		headers: { 'content-type': type },
		body: bytes,
		key: null,
	});
	return { name, bytes, type, start, put, url };
}

/** The upload that most checks look at. */
export const ballAtFal = async (live: Live, format: Format = 'png'): Promise<Uploaded> =>
	await live.once(`upload ${format}`, async () => await upload(live, await ball(format), format));

export const dataUri = (bytes: Buffer, type = 'image/png'): string =>
	`data:${type};base64,${bytes.toString('base64')}`;

/** Whether every pixel of an image can be read, and in which format it is. */
export async function wholeFormat(bytes: Buffer): Promise<string> {
	const image = sharp(bytes, { failOn: 'truncated' });
	return await image.stats().then(
		async () => (await image.metadata()).format ?? 'no format',
		() => 'no whole image',
	);
}
