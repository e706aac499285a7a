import { parsedUrl } from '../../../shared/fal/http/parsedUrl';
import { isPublicHost } from '../../../shared/fal/http/reachable';
import { nameOf } from '../../../shared/n8n/checks';
import { InputError } from '../../../shared/n8n/inputError';
import { bytesOfDataUri, isDataUri } from '../../../shared/images/inspect/dataUri';
import { readImage } from '../../../shared/images/inspect/image';
import { sharedPage } from './sharedPages';

/** What an address that is read belongs to. */
export interface Place {
	/** the entry of Images, for errors */
	entry: number;
	/** where fal itself is reached, if not on the web: what it has made lies there too */
	ownOrigin?: string;
	/** whether an agent fills it in: it leaves empty what it has nothing for, where a person forgot something */
	isTool?: boolean;
}

const refuse = ({ entry }: Place, found: string, help: string) =>
	new InputError(`'URL(s)' in entry ${entry} of 'Images' ${found}`, help);

const AS_FILE =
	'Fetch the image with an HTTP Request node before this one, and choose Source: File here.';

/** Commas and blanks stand in addresses too: they part two only where the next one begins. */
const BETWEEN = /(?:\s*,\s*|\s+)(?=https?:\/\/|data:)/i;

/** A line of base64, as mail programs and `base64` write it, 76 characters each. */
const GOES_ON = /^[\w+/=-]+$/;

/** The addresses in a text: one a line, or with commas between them. */
function addressesIn(text: string): string[] {
	const found: string[] = [];
	for (const line of text.split(/\r\n|\r|\n/).map((one) => one.trim())) {
		if (line === '') continue;
		const last = found.at(-1);
		if (last !== undefined && isDataUri(last) && GOES_ON.test(line)) found.push(found.pop() + line);
		else found.push(...line.split(BETWEEN));
	}
	return found.map((one) => one.replace(/[,\s]+$/, '')).filter((one) => one !== '');
}

/** What a value holds: texts, lists of them, and objects with a `url`, as Airtable's attachments are. */
function valuesIn(value: unknown): unknown[] {
	if (Array.isArray(value)) return value.flatMap(valuesIn);
	if (typeof value === 'string') return addressesIn(value);
	if (value === null || value === undefined) return [];
	const { url } = Object(value) as { url?: unknown };
	return typeof url === 'string' ? addressesIn(url) : [value];
}

/** fal's Python drops what is no plain base64, so it gets that of the bytes, under their own type. */
function readDataUri(uri: string, place: Place): string {
	const bytes = bytesOfDataUri(uri);
	const image = readImage(bytes);
	if (image?.whole) return `data:${image.mimeType};base64,${bytes.toString('base64')}`;
	throw refuse(
		place,
		`has a data URI that holds no whole image: ${nameOf(uri)}`,
		'It has to look like data:image/png;base64,… with all of a PNG, JPEG or WebP image in it.',
	);
}

/** As every HTTP client opens it: what no address may hold is percent-encoded, what is so already stays. */
function encoded(address: string): string {
	const whole = address.replace(/%(?![0-9a-f]{2})/gi, '%25');
	return /^[\x21-\x7e]+$/.test(whole) ? whole : new URL(whole).href;
}

function readWebAddress(address: string, url: URL, place: Place): string {
	if (url.username || url.password) {
		throw refuse(place, `has an address with a log-in in it: ${url.host}`, AS_FILE);
	}
	if (!isPublicHost(url.hostname) && url.origin !== place.ownOrigin) {
		throw refuse(
			place,
			`has an address inside your own network, which fal cannot reach: ${nameOf(address)}`,
			AS_FILE,
		);
	}
	const page = sharedPage(url);
	if (!page) return encoded(address);
	if ('direct' in page) return page.direct;
	throw refuse(
		place,
		`has the address of ${page.what}, not of an image: ${nameOf(address)}`,
		`Give the address that downloads the file itself. ${AS_FILE}`,
	);
}

function readAddress(value: unknown, place: Place): string {
	const address = typeof value === 'string' ? value : '';
	if (isDataUri(address)) return readDataUri(address, place);
	const url = /^https?:\/\//i.test(address) ? parsedUrl(address) : undefined;
	if (url) return readWebAddress(address, url, place);
	throw refuse(
		place,
		`has something that is not the address of an image: ${nameOf(value)}`,
		'Each line needs an address that starts with http:// or https://, or a data URI of an image. For a file of the workflow choose Source: File.',
	);
}

/**
 * The addresses that fal gets for one entry of Images.
 *
 * @throws InputError for one that fal could not open, and where there is none
 */
export function readUrls(value: unknown, place: Place): string[] {
	const found = valuesIn(value);
	if (found.length > 0 || place.isTool) return found.map((one) => readAddress(one, place));
	throw refuse(place, 'is empty', 'Give the address of an image, or remove this entry.');
}
