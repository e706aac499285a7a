import { createHash } from 'crypto';
import type { NanoBananaProEditInput } from '@fal-ai/client/endpoints';
import { bytesOfDataUri, isDataUri, parsedUrl } from '../fal/http/addresses';
import { isStoredByFal } from '../fal/account/storage';

/** The fields of a request, as sent, or as fal's history has them. */
export type RequestFields = Record<string, unknown>;

/** By what a request is recognised in fal's history: by a seed that no other has, or by all its fields and its time. */
export type Sought =
	| {
			seed: number;
			/** ms since 1970: it was sent no earlier */
			from: number;
	  }
	| {
			/** what was sent, with keys in place of the images' addresses */
			fields: RequestFields;
			/** ms since 1970: when it was sent, and between when fal has received it */
			at: number;
			from: number;
			to: number;
			/** of several tries, it is the last: those before it have failed at no cost */
			isLast?: true;
	  };

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

/** Drawn seeds stand in the upper half of 31 bits, the range that every service takes, so that they can be told from a user's. */
const DRAWN = { from: 2 ** 30, values: 2 ** 30 };

/**
 * The seed of a request whose user sets none: its identity in fal's history. The same request draws the same seed,
 * so that it is known again after a kill, and one that fal gave up draws another one.
 *
 * @param key names the request, of all that were ever made
 * @param attempt how many times fal has given it up before
 */
export const drawSeed = (key: string, attempt: number): number =>
	DRAWN.from + (sha256(`${key} ${attempt}`).readUInt32BE() % DRAWN.values);

export const isDrawnSeed = (seed: unknown): boolean =>
	Number.isInteger(seed) && (seed as number) >= DRAWN.from && (seed as number) < 2 ** 31;

/** What fal takes for a field that a request leaves out; it may write that into its history. */
const DEFAULTS: RequestFields = {
	num_images: 1,
	aspect_ratio: 'auto',
	output_format: 'png',
	resolution: '1K',
	sync_mode: false,
	enable_web_search: false,
	safety_tolerance: '4',
	system_prompt: '',
} satisfies Partial<NanoBananaProEditInput & { system_prompt: string }>;

/** So much of a hash in hexadecimal is enough to tell images apart. */
const KEY_LENGTH = 32;

/** By what an image's content is known, in the name of its uploaded file. */
export const contentKey = (sha256InHex: string): string => sha256InHex.slice(0, KEY_LENGTH);

const IN_NAME = new RegExp(`-n8n-([0-9a-f]{${KEY_LENGTH}})\\.\\w+$`);

/** The name under which an image is uploaded: its own, and its content's key. */
export const keyedName = (base: string, key: string, extension: string): string =>
	`${base}-n8n-${key}.${extension}`;

/**
 * Tells images apart by their addresses: fal keeps the name of an uploaded file, and with it the key of its
 * content. Any other address stands for itself, whatever its end looks like.
 *
 * @param ownOrigin where fal is reached, if not on the web
 */
export function imageKey(url: string, ownOrigin?: string): string {
	if (isDataUri(url)) return contentKey(sha256(bytesOfDataUri(url)).toString('hex'));
	const address = parsedUrl(url);
	if (!address || !isStoredByFal(address, ownOrigin)) return url;
	return IN_NAME.exec(address.pathname)?.[1] ?? url;
}

/** A request's fields, or what fal's history has of them, with keys in place of the images' addresses. */
export function withImageKeys(input: unknown, ownOrigin?: string): RequestFields {
	const fields = Object(input) as RequestFields;
	const urls = Array.isArray(fields.image_urls) ? (fields.image_urls as unknown[]) : [];
	return { ...fields, image_urls: urls.map((url) => imageKey(String(url), ownOrigin)) };
}

const valueIn = (fields: RequestFields, name: string) =>
	JSON.stringify(fields[name] ?? DEFAULTS[name] ?? null);

/** Whether two requests ask for the same, fal's defaults counting as said. Pure. */
export function areSameFields(ours: RequestFields, theirs: RequestFields): boolean {
	// Its default has changed over time, so what fal makes of its absence says nothing.
	const isOpen = (name: string) => name === 'limit_generations' && ours[name] === undefined;
	const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
	return [...names].every((name) => isOpen(name) || valueIn(ours, name) === valueIn(theirs, name));
}

interface Row {
	json?: unknown;
	binary?: unknown;
}

/**
 * A file by what stays when n8n renames it, or an earlier node makes it anew: its name, its type, and its
 * content or size.
 */
function fileFacts({ id, data, fileName, mimeType, bytes }: Record<string, unknown>): unknown[] {
	return [fileName, mimeType, typeof id === 'string' ? bytes : data];
}

/** Whether a value is a file of n8n's, or described as one; what only resembles one counts with all its fields. */
function isFile(value: object): boolean {
	const { id, data, mimeType } = value as Record<string, unknown>;
	const isStored = typeof id === 'string' && /^[\w-]+:.*\/executions\//.test(id);
	return isStored || (typeof mimeType === 'string' && (data !== undefined || id !== undefined));
}

/** Writes an input item as text. n8n lets items hold themselves; the second sight of an object says no more. */
function asText(row: Row): string {
	const above: unknown[] = [];
	const shorten = function (this: unknown, _name: string, value: unknown): unknown {
		if (typeof value !== 'object' || value === null) return value;
		while (above.length > 0 && above.at(-1) !== this) above.pop();
		if (above.includes(value)) return 'circle';
		if (isFile(value)) return fileFacts(value as Record<string, unknown>);
		above.push(value);
		return value;
	};
	return JSON.stringify([row.json, row.binary], shorten);
}

/**
 * Names a row by its place, by what was typed and by what came in, never by what an expression gave: a seed
 * that is drawn, or the time in a prompt, is another one on a second try. What the user has changed before
 * Retry execution is another request.
 *
 * @param place the item's index, or `all` for one request of all items
 * @param typed what the user has typed that decides about the request
 * @param rows the input items that go into it
 */
export function fingerprintOf(place: number | 'all', typed: unknown, rows: Row[]): string {
	const hash = createHash('sha256').update(JSON.stringify(typed));
	for (const row of rows) hash.update(asText(row));
	return `${place}:${hash.digest('base64url')}`;
}
