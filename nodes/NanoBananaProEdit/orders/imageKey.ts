import { createHash } from 'crypto';
import { parsedUrl } from '../../shared/fal/http/parsedUrl';
import { bytesOfDataUri, isDataUri } from '../../shared/images/inspect/dataUri';
import type { OrderFields } from './sameOrder';

/** So much of a hash in hexadecimal is enough to tell images apart. */
const LENGTH = 32;

/** By what an image's content is known, in the name of its uploaded file. */
export const contentKey = (sha256: string): string => sha256.slice(0, LENGTH);

const IN_NAME = new RegExp(`-n8n-([0-9a-f]{${LENGTH}})\\.\\w+$`);

/** The name under which an image is uploaded: its own, and its content's key. */
export const keyedName = (base: string, key: string, extension: string): string =>
	`${base}-n8n-${key}.${extension}`;

/**
 * Tells images of orders apart by their addresses: fal keeps the name that we have given a file, which
 * holds its content's key. Any other address stands for itself.
 */
export function imageKey(url: string): string {
	if (isDataUri(url))
		return contentKey(createHash('sha256').update(bytesOfDataUri(url)).digest('hex'));
	return IN_NAME.exec(parsedUrl(url)?.pathname ?? '')?.[1] ?? url;
}

/** An order's fields, or what fal's history has of them, with keys in place of the images' addresses. */
export function withImageKeys(input: unknown): OrderFields {
	const fields = (input ?? {}) as OrderFields;
	const urls = Array.isArray(fields.image_urls) ? (fields.image_urls as unknown[]) : [];
	return { ...fields, image_urls: urls.map((url) => imageKey(String(url))) };
}
