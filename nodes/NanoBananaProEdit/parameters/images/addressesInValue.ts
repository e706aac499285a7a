import { addressesInText } from './addressesInText';

const isAddress = (value: unknown): value is string =>
	typeof value === 'string' && /^\s*((https?:)?\/\/|data:)/i.test(value);

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
const DEEPEST = 8;

const CLEAR = NAMES.slice(0, 4);

const fieldsOf = (object: object) =>
	Object.entries(object).filter(
		([name]) => CLEAR.some((shape) => shape.test(name)) || !BESIDE.test(name),
	);

/** A list as PHP writes it: an object with 0, 1, … for names. */
const isList = (object: object) =>
	'0' in object && Object.keys(object).every((name, at) => name === String(at));

/** The addresses in an object: those of its best named field, else those of the one object or list in it that has any. */
function addressesInObject(object: object, depth: number): unknown[] {
	const { url } = object as { url?: unknown };
	// Whatever it is, the refusal names it.
	if (typeof url === 'string' && url.trim() !== '') return addressesInText(url);
	const fields = fieldsOf(object);
	for (const shape of NAMES) {
		const named = fields.filter(([name, value]) => shape.test(name) && isAddress(value));
		const values = new Set(named.map(([, value]) => value as string));
		if (values.size === 1) return addressesInText([...values][0]!);
		if (values.size > 1) return [object];
	}
	const innerOf = (some: Array<[string, unknown]>) =>
		some
			.filter(([, value]) => typeof value === 'object')
			.map(([, value]) => valuesIn(value, depth + 1))
			.filter((found) => found.length > 0 && found.every(isAddress));
	const inner = innerOf(fields);
	// Where nothing else has one, the object beside it may be all there is.
	const [only, ...more] = inner.length > 0 ? inner : innerOf(Object.entries(object));
	return only && more.length === 0 ? only : [object];
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
