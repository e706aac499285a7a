import { createHash } from 'node:crypto';

import { errorDetail, Refusal, refused } from './errors';
import { expiresInputs } from './faults/inputs';
import { inspect, isRefusedFormat, type InputImage } from './picture/decode';
import type { World } from './world';

const supported = ['png', 'jpeg', 'webp', 'gif', 'avif', 'heic'];

interface Fetched {
	bytes: Buffer;
	sha256?: string;
}

/** Fetches every input image as fal does; the first that fails refuses the request. */
export async function loadInputs(world: World, urls: string[]): Promise<InputImage[]> {
	const images: InputImage[] = [];
	for (const [index, url] of urls.entries()) {
		images.push(await loadInput(world, url, index));
	}
	return images;
}

async function loadInput(world: World, url: string, index: number): Promise<InputImage> {
	const { bytes, sha256 }: Fetched = url.startsWith('data:')
		? { bytes: fromDataUri(url, index) }
		: download(world, url, index);
	const limit = world.settings.maxInputBytes;
	if (bytes.length > limit) {
		throw refusal(index, 'file_too_large', 'File is too large', url, { max_size: limit });
	}
	const hash = sha256 ?? createHash('sha256').update(bytes).digest('hex');
	const image = await inspect(bytes, hash, world.settings.picture === 'edit');
	if (image) return image;
	if (isRefusedFormat(bytes)) {
		throw refusal(index, 'unsupported_image_format', 'Unsupported image format', url, {
			supported_formats: supported,
		});
	}
	throw refusal(index, 'image_load_error', 'Failed to load the image', url);
}

function fromDataUri(uri: string, index: number): Buffer {
	const found = /^data:[^,]*;base64,([A-Za-z0-9+/]+={0,2})$/.exec(uri);
	if (!found) throw refusal(index, 'image_load_error', 'Failed to load the image', uri);
	return Buffer.from(found[1] ?? '', 'base64');
}

/** There is no internet here: what is not in fal's own storage is a public file the test named, or nothing. */
function download(world: World, text: string, index: number): Fetched {
	const failed = refusal(index, 'file_download_error', 'Failed to download the file', text);
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['http:', 'https:'].includes(url.protocol)) throw failed;
	// fal blocks private addresses; its own storage is on one only here.
	const own = world.media.isOwn(url) ? world.media.get(url.pathname) : undefined;
	if (own && expiresInputs(world.faults, own, text)) throw failed;
	const bytes = own?.bytes ?? world.settings.publicFiles[text];
	if (!bytes) throw failed;
	return { bytes, sha256: own?.sha256 };
}

function refusal(
	index: number,
	type: string,
	msg: string,
	url: string,
	ctx?: Record<string, unknown>,
): Refusal {
	// A data URI repeated in the error would make it as big as the request.
	const input = url.length > 200 ? `${url.slice(0, 200)}...` : url;
	return new Refusal(
		refused([errorDetail(['image_urls', index], type, msg, { input, ...(ctx && { ctx }) })]),
	);
}
