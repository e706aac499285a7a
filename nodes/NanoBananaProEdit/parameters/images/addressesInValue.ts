import { parsedUrl } from '../../../shared/fal/http/addresses';
import { addressesInText } from './addressesInText';
import { IMAGE_FILE, noFile } from './noFile';

const isAddress = (value: unknown): value is string =>
	typeof value === 'string' && /^\s*((https?:)?\/\/|data:)/i.test(value);

const urlOf = (address: string) => parsedUrl(address, 'https://example.com');

/** Whether an address is not known to be one of a page or an API, which services give beside an image's. */
function mayBeImage(address: string): boolean {
	const url = urlOf(address);
	const found = url && noFile(url);
	return !found || 'direct' in found;
}

const namesImage = (address: string) => IMAGE_FILE.test(urlOf(address)?.pathname ?? '');

/** Names of fields that hold an image's address, the best first. */
const NAMES = [
	/^url$/i,
	/^(src|image_?link)$/i,
	/download|content|original/i,
	/full|large/i,
	/image|img|photo|picture|media|file|asset/i,
	/ur[il]$|^url|src|source/i,
];

/** Fields that hold something beside the image: a page that shows it, a small one of it, who made it. */
const BESIDE =
	/thumb|icon|avatar|preview|small|tiny|page|html|web_?(url|view)|permalink|product_?url|links?$|proxy|context|user|author|owner|profile/i;

/** How deep lists and objects are looked into; one may hold itself. */
const DEEPEST = 12;

const CLEAR = NAMES.slice(0, 4);

const fieldsOf = (object: object) =>
	Object.entries(object).filter(
		([name]) => CLEAR.some((shape) => shape.test(name)) || !BESIDE.test(name),
	);

/** A list as PHP writes it: an object with 0, 1, … for names. */
const isList = (object: object) =>
	'0' in object && Object.keys(object).every((name, at) => name === String(at));

/** The addresses of the fields whose name is the best; one that itself names an image's file comes before every other. */
function bestOf(fields: Array<[name: string, value: unknown]>): Set<string> {
	const images = fields.filter(
		(field): field is [string, string] => isAddress(field[1]) && mayBeImage(field[1]),
	);
	const groups = [images.filter(([, address]) => namesImage(address)), images].flatMap((some) =>
		NAMES.map((shape) => some.filter(([name]) => shape.test(name))),
	);
	const best = groups.find((group) => group.length > 0) ?? [];
	return new Set(best.map(([, address]) => address));
}

/** The addresses in an object: the best named one, else those of the one object or list in it that has any. */
function addressesInObject(object: object, depth: number): unknown[] {
	const fields = fieldsOf(object);
	const best = bestOf(fields);
	if (best.size > 0) return best.size === 1 ? addressesInText([...best][0]!) : [object];
	const innerOf = (some: Array<[string, unknown]>) =>
		some
			.filter(([, value]) => typeof value === 'object')
			.map(([, value]) => valuesIn(value, depth + 1))
			.filter((found) => found.length > 0 && found.every(isAddress));
	const inner = innerOf(fields);
	// Where nothing else has one, the object beside it may be all there is.
	const [only, ...more] = inner.length > 0 ? inner : innerOf(Object.entries(object));
	if (only && more.length === 0) return only;
	const { url } = object as { url?: unknown };
	// Whatever it is, the refusal names it.
	return typeof url === 'string' && url.trim() !== '' ? addressesInText(url) : [object];
}

/** The value that a text is when it is JSON of a list, an object or a text, also as a model fences it, or of one a line. */
function parsed(text: string): unknown {
	const json = text.replace(/^\s*```\w*\s|```\s*$/g, '').trim();
	if (!/^[[{"]/.test(json)) return undefined;
	try {
		return JSON.parse(json) as unknown;
	} catch {
		const [line = '', ...more] = json.split(/[\r\n]+/);
		const values = more.length > 0 ? [line, ...more].map(parsed) : [undefined];
		return values.includes(undefined) ? undefined : values;
	}
}

/**
 * What a value holds: texts with addresses in them, also written as JSON, lists of them, and objects as
 * services give them, such as Airtable's `url`, WooCommerce's `src` and Notion's `file.url`.
 *
 * @returns the addresses in order; what is no text, and an object whose address cannot be told, as it is
 */
export function valuesIn(value: unknown, depth = 0): unknown[] {
	if (value === null || value === undefined) return [];
	if (typeof value === 'string') {
		const inner = parsed(value);
		return inner === undefined ? addressesInText(value) : valuesIn(inner, depth + 1);
	}
	if (typeof value !== 'object' || depth > DEEPEST) return [value];
	if (Array.isArray(value) || isList(value))
		return Object.values(value).flatMap((one) => valuesIn(one, depth + 1));
	return addressesInObject(value, depth);
}
