import { createHash } from 'crypto';
import { isDataUri } from '../../shared/images/inspect/dataUri';
import type { EditInput } from '../parameters/fields';

/** What fal takes for a field that an order leaves out; it may write that into its history. */
const DEFAULTS: Record<string, unknown> = {
	num_images: 1,
	aspect_ratio: 'auto',
	output_format: 'png',
	resolution: '1K',
	sync_mode: false,
	enable_web_search: false,
	safety_tolerance: '4',
	system_prompt: '',
} satisfies Partial<EditInput>;

/** An order's fields, as sent, or as fal's history has them. */
export type OrderFields = Record<string, unknown>;

/** An image inside an order is as large as its file; its hash says as much. */
const short = (url: unknown): unknown =>
	typeof url === 'string' && isDataUri(url)
		? `sha256:${createHash('sha256').update(url).digest('hex')}`
		: url;

/** The fields with hashes in place of images. */
export function shortened(fields: OrderFields): OrderFields {
	const { image_urls } = fields;
	return Array.isArray(image_urls) ? { ...fields, image_urls: image_urls.map(short) } : fields;
}

const valueIn = (fields: OrderFields, name: string) =>
	JSON.stringify(fields[name] ?? DEFAULTS[name] ?? null);

/**
 * Whether an order of fal's history is exactly this one, fal's defaults counting as said. Pure.
 *
 * @param ours shortened
 */
export function isSameOrder(ours: OrderFields, past: unknown): boolean {
	const theirs = shortened(Object(past) as OrderFields);
	// Its default has changed over time, so what fal makes of its absence says nothing.
	const isOpen = (name: string) => name === 'limit_generations' && ours[name] === undefined;
	const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
	return [...names].every((name) => isOpen(name) || valueIn(ours, name) === valueIn(theirs, name));
}
