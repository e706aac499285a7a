import { isDataUri } from '../../../shared/fal/http/addresses';

/** How an address begins. A query may hold `data:` too, as charts do, but no type and comma behind it. */
const START = String.raw`(?:https?:\/\/|\/\/(?=\w[\w-]*\.)|data:(?:\w[\w.+-]*\/[\w.+-]+)?[;,])`;
const QUOTES = '"\'`“”„‟‘’‚″′«»‹›《》【】「」『』';
const INVISIBLE = String.raw`\u200b-\u200f\u2060\ufeff`;
const FILE_END = String.raw`\.(?:png|jpe?g|webp|gif|avif|heic)`;
/** Whatever sign stands before an address: quotation marks, brackets, bullets, emoji. */
const BEFORE = String.raw`[^\p{L}\p{N}\s,;|，；、/:.?=&#%]`;

/** Ways to write an address that take more than marks around it, and what is left of each. */
const WRITTEN: Array<[shape: RegExp, left: string]> = [
	[/&amp;/g, '&'],
	[/&(?:quot|#34|#0?39);/g, '"'],
	[/&(?:nbsp|#1[03]|#160);/g, '\n'],
	// JSON and Markdown put a backslash before signs.
	[/\\(?=[/_*()[\]~-])/g, ''],
	// Three dots are of a sentence behind a file's name; elsewhere they stand for the rest of an address.
	[/\.{3}(?=\s|$)/g, '…'],
	[new RegExp(`(${FILE_END})…`, 'gi'), '$1'],
	// What a shop's export says of an image behind its address.
	[/ ! alt :[^|\n]*/gi, ''],
	// Formulas of sheets, and CSS.
	[/(^|[\n,;|])[^\S\n]*=?[\p{L}.]+\(\s*["']?(https?:\/\/[^\s"'()]+)["']?[^()\n]*\)/giu, '$1\n$2\n'],
	// BBCode: images, then whatever tags are left.
	[/\[img\b[^[\]]*\]([^[\]]+)\[\/img\]/gi, '\n$1\n'],
	[/\[\/?(?:url|img)\b[^[\]]*\]/gi, '\n'],
	// An image that is a link in Markdown, and either alone.
	[/\[(!\[[^[\]]*\]\([^()]*\))\]\([^()]*\)/g, '$1'],
	[/!?\[[^[\]]*\]\(\s*<?((?:[^\s()<>]|\([^\s()]*\))+)>?(?:\s[^()]*)?\)/g, '\n$1\n'],
	// HTML: links without an image in them, images (first those that a script loads later, which have a
	// placeholder for a source), then whatever tags are left.
	[/<a\b[^<>]*?\shref\s*=\s*["']?([^\s"'<>]+)[^<>]*>[^<>]*<\/a>/gi, '\n$1\n'],
	[/<img\b[^<>]*?\sdata-[\w-]*(?:src|original)\s*=\s*["']?([^\s"'<>]+)[^<>]*>/gi, '\n$1\n'],
	[/<(?:img|enclosure|media:\w+)\b[^<>]*?\s(?:src|url)\s*=\s*["']?([^\s"'<>]+)[^<>]*>/gi, '\n$1\n'],
	[/<\/?[a-z][\w:-]*(?:\s[^<>]*)?\/?>|<!\[CDATA\[|\]\]>/gi, '\n'],
	// Slack's messages: the address and its label.
	[/<(https?:\/\/[^\s<>|]+)(?:\|[^<>]*)?>/gi, '\n$1\n'],
	// Tables of Airtable: each file's name, and its address in brackets.
	[/(^|[\n,])[^\n:/]{1,200}\.\w{2,5} \((https?:\/\/[^\s()]+)\)/gi, '\n$2\n'],
	// Whatever sign a shop puts between two files.
	[new RegExp(String.raw`(${FILE_END})\s*[^\w\s/?=]{1,3}\s*(?=https?:\/\/)`, 'gi'), '$1\n'],
];

/**
 * An image among words, as a CMS or a model writes it: then words and links are no images. A file's name
 * stays, since an image that cannot be found is not to be left out silently.
 */
const AMONG_WORDS = /<img\b|(?<!<)!\[|\[img\b/i;
const LINK = /(?<!!)\[[^[\]]*\]\([^()]*\)|<a\b[^<>]*>[^<>]*<\/a>/gi;
const ADDRESS = new RegExp(String.raw`^(?:(?:https?:)?\/\/|data:|\S+${FILE_END})`, 'i');

/** Separators stand in addresses too: they part two only where the next one begins. */
const SEPARATOR = String.raw`(?:[\s,;|，；、]|\\[nrt])`;
const BETWEEN = new RegExp(String.raw`(?<!${SEPARATOR})${SEPARATOR}+(?=${BEFORE}*${START})`, 'iu');

/** Behind the name of an image's file, a separator with a blank begins something else. */
const AFTER_FILE = new RegExp(String.raw`(?<=${FILE_END})(?:\s*[,;|]\s+|\|)(?=\S)`, 'i');

/** A blank alone does so behind the last such name only: names have blanks in them. */
const LAST_FILE = new RegExp(String.raw`^(.*${FILE_END})(.*)$`, 'is');

const LEADING = new RegExp(
	String.raw`^(?:[\s,;|]|${BEFORE}|\d{1,3}[.)]\s|https?:\/\/(?=https?:\/\/))+(?=(?:https?:)?\/\/|data:)`,
	'iu',
);
const TRAILING = new RegExp(String.raw`[\s${QUOTES}${INVISIBLE},;|，；、。.!>*\\]`);
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** A line of base64, as mail programs and `base64` write it, 76 characters each. */
const GOES_ON = /^[\w+/=-]+$/;

/** What comes before the data of a data URI; the lines that follow may hold these. */
const HEAD = /^data:[^,]*,/i;

const count = (text: string, sign: string) => text.split(sign).length - 1;

/** Takes off what stands around an address; a bracket at its end stays where it was opened inside. */
function bare(text: string): string {
	const address = text.replace(LEADING, '');
	const head = HEAD.exec(address)?.[0].length ?? 0;
	const tooMany = new Map<string, number>();
	let end = address.length;
	for (; end > head; end--) {
		const last = address[end - 1]!;
		const opening = PAIRS[last];
		if (!opening && !TRAILING.test(last)) break;
		if (!opening) continue;
		const more = tooMany.get(last) ?? count(address, last) - count(address, opening);
		if (more <= 0) break;
		tooMany.set(last, more - 1);
	}
	return address.slice(0, end);
}

/** The parts of a line, of which each is one address or none. */
function partsOf(line: string): string[] {
	return line
		.split(BETWEEN)
		.flatMap((part) => part.split(AFTER_FILE))
		.flatMap((part) => {
			const [, file, behind] = LAST_FILE.exec(part) ?? [];
			return file && behind && /^\s+\S/.test(behind) ? [file, behind.trim()] : [part];
		})
		.map(bare);
}

/**
 * The addresses in a text, without the marks around them: one a line, or with commas, semicolons, bars or
 * blanks between them, as Markdown, HTML, Slack and tables write them. What is none stays in the list.
 */
export function addressesInText(text: string): string[] {
	const decoded = text.replace(/&lt;/g, '<').replace(/&gt;/g, '>');
	const isAmongWords = AMONG_WORDS.test(decoded);
	const wanted = isAmongWords ? decoded.replace(LINK, '\n') : decoded;
	const plain = WRITTEN.reduce((rest, [shape, left]) => rest.replace(shape, left), wanted);
	const found: Array<[string, ...string[]]> = [];
	for (const line of plain.split(/\r\n|\r|\n/).map(bare)) {
		const last = found.at(-1);
		if (last && isDataUri(last[0]) && GOES_ON.test(line)) last.push(line);
		else for (const part of partsOf(line)) found.push([part]);
	}
	const all = found.map((lines) => lines.join('')).filter((one) => one !== '');
	return isAmongWords ? all.filter((one) => ADDRESS.test(one)) : all;
}
