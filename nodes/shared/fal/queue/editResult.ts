import { FalFailure } from '../failure';

/** One made image as fal names it; only `url` is certain. */
export interface FalImage {
	url: string;
	content_type?: string | null;
	file_name?: string | null;
	file_size?: number | null;
	width?: number | null;
	height?: number | null;
}

export interface EditResult {
	images: FalImage[];
	description: string;
	/** what fal charges for it, where it says so */
	billableUnits?: number;
}

/** An empty list is the model's quiet way of a refusal; its description may say why. */
const refusal = (msg: unknown) =>
	new FalFailure({ status: 200, body: { detail: [{ msg, type: 'no_media_generated' }] } });

/** @throws FalFailure for what is no result, or has no images */
export function readResult(data: unknown): EditResult {
	const { images, description } = (data ?? {}) as { images?: unknown; description?: unknown };
	if (!Array.isArray(images)) throw new FalFailure({ unusable: 'the answer is not a result' });
	if (images.length === 0) throw refusal(description);
	if (!images.every((image) => typeof image?.url === 'string' && image.url !== '')) {
		throw new FalFailure({ unusable: 'an image of the result has no address' });
	}
	return { images, description: typeof description === 'string' ? description : '' };
}
