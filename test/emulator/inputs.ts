import { createHash } from 'node:crypto';

import { openDataUri, refusedAddress } from './addresses';
import { isRefusedInput } from './differences';
import { DOWNLOAD_FAILED, LOAD_FAILED, errorDetail, Refusal, refused } from './errors';
import { expiresInputs } from './faults/inputs';
import { inspect, isRefusedFormat, type InputImage } from './image/decode';
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
	const { bytes, sha256 } = download(world, url, index);
	const limit = world.settings.maxInputBytes;
	if (bytes.length > limit) {
		throw refusal(index, 'file_too_large', 'File is too large', url, { max_size: limit });
	}
	const hash = sha256 ?? createHash('sha256').update(bytes).digest('hex');
	const { decodesInputs, differences } = world.settings;
	const image = await inspect(bytes, hash, decodesInputs);
	if (image && !isRefusedInput(differences, url, bytes)) return image;
	if (isRefusedFormat(bytes)) {
		throw refusal(index, 'unsupported_image_format', 'Unsupported image format', url, {
			supported_formats: supported,
		});
	}
	throw refusal(index, 'image_load_error', LOAD_FAILED, url);
}

/** There is no internet here: what is not in fal's own storage is a public file the test named, or nothing. */
function download(world: World, text: string, index: number): Fetched {
	const failed = refusal(index, 'file_download_error', DOWNLOAD_FAILED, text);
	if (text.startsWith('data:')) {
		const bytes = openDataUri(text);
		if (!bytes) throw failed;
		return { bytes };
	}
	// fal blocks private addresses; its own storage is on one only here.
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const own = url && world.media.isOwn(url) ? world.media.get(url.pathname) : undefined;
	if (own && expiresInputs(world.faults, own, text)) throw failed;
	if (own) return { bytes: own.bytes, sha256: own.sha256 };
	const bytes = refusedAddress(text) ? undefined : world.settings.publicFiles[text];
	if (!bytes) throw failed;
	return { bytes };
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
