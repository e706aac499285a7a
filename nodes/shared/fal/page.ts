/** Signs of bytes that are no text, as of a page that came packed. */
const NO_TEXT = /[^\P{Cc}\s]|\ufffd/u;

/** What of a web page a person is shown, in characters. */
const LONGEST_WORDS = 120;

/** Whether a text is a web page, by its first sign: labels are often wrong. */
export const isPage = (text: unknown): boolean =>
	typeof text === 'string' &&
	/^\s*(<!--[\s\S]*?-->\s*)*<(!doctype html|html|head|body|title|meta|h1)\b/i.test(text);

const ENTITIES: Record<string, string> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	nbsp: ' ',
	mdash: '—',
	ndash: '–',
};

/** The text between the marks of a piece of HTML, in one line. */
const plain = (html: string) =>
	html
		.replace(/<(script|style|head)\b[\s\S]*?(<\/\1\s*>|$)/gi, ' ')
		.replace(/<[^>]*(>|$)/g, ' ')
		.replace(/&#(\d{1,6});/g, (_, code: string) => String.fromCodePoint(Number(code)))
		.replace(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
		.replace(/\s+/g, ' ')
		.trim();

/**
 * What a page or a plain text says first: its title, or its first words. Of a page only its beginning is read.
 *
 * @returns at most 120 characters, in one line; empty where there are no words
 */
export function firstWords(body: unknown): string {
	if (typeof body !== 'string' || NO_TEXT.test(body.slice(0, LONGEST_WORDS))) return '';
	const start = body.slice(0, 20_000);
	const [, title = ''] = /<title\b[^>]*>([\s\S]*?)<\/title\s*>/i.exec(start) ?? [];
	const words = plain(title) || plain(start);
	return words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS).trimEnd()}…` : words;
}
