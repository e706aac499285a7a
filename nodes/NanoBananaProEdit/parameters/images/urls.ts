import {
	bytesOfDataUri,
	isDataUri,
	isPublicHost,
	parsedUrl,
} from '../../../shared/fal/http/addresses';
import { nameOf } from '../../../shared/n8n/checks';
import { InputError } from '../../../shared/n8n/inputError';
import { readImage } from '../../../shared/images/inspect/image';
import { valuesIn } from './addressesInValue';
import { noFile, type NoFile } from './noFile';
import { signedUntil } from './signedUntil';

/** What an address that is read belongs to. */
export interface AddressContext {
	/** the entry of Images, for errors */
	entry: number;
	/** where fal itself is reached, if not on the web: what it has made lies there too */
	ownOrigin?: string;
	/** whether an agent fills it in: it leaves empty what it has nothing for, where a person forgot something */
	isTool?: boolean;
}

/** An image that fal fetches itself, or that is inside its address. */
export interface UrlSource {
	kind: 'url';
	url: string;
	/** the entry of Images, for errors */
	entry: number;
}

const refused = ({ entry }: Pick<AddressContext, 'entry'>, found: string, help: string) =>
	new InputError(`'URL(s)' in entry ${entry} of 'Images' ${found}`, help);

const AS_FILE =
	'Download the image with an HTTP Request node before this one, and set Source to File here.';

/** fal's Python drops what is no plain base64, so it gets that of the bytes, under their own type. */
function readDataUri(uri: string, place: AddressContext): string {
	const bytes = bytesOfDataUri(uri);
	const image = readImage(bytes);
	if (image?.whole) return `data:${image.mimeType};base64,${bytes.toString('base64')}`;
	throw refused(
		place,
		`has a data URI without a complete image: ${nameOf(uri)}`,
		'It must look like data:image/png;base64,… and contain a complete PNG, JPEG or WebP image.',
	);
}

/** As every HTTP client opens it: what no address may hold is percent-encoded, what is so already stays. */
function encoded(address: string): string {
	const whole = address.replace(/%(?![0-9a-f]{2})/gi, '%25');
	return /^[!#-;=?-[\]-~]+$/.test(whole) ? whole : new URL(whole).href;
}

/** A quotation mark or bracket before the query, or one that an HTML attribute or a next value follows, is left of something else. */
const LEFT_OVER = /^[^?#]*["<>]|["']\s*>|["']\s+[\w-]+=|["']\s*[,;|]\s/;

/** Refuses the address of what is no file that anyone can open. */
function refuseNoFile(
	found: Exclude<NoFile, { direct: string }>,
	given: string,
	place: AddressContext,
) {
	if ('page' in found) {
		return refused(
			place,
			`has the address of ${found.page}, not of an image: ${given}`,
			`Use the address of the image itself. ${AS_FILE}`,
		);
	}
	if ('login' in found) {
		return refused(
			place,
			`has an address that requires a log-in to ${found.login}: ${given}`,
			`fal cannot log in there. ${AS_FILE} In the HTTP Request node, use the credential for ${found.login}.`,
		);
	}
	return refused(
		place,
		`has an address that contains your bot's token: ${found.secret}`,
		'fal would store the token with the request. Download the file with the Telegram node, and set Source to File here.',
	);
}

function readWebAddress(address: string, url: URL, place: AddressContext): string {
	if (LEFT_OVER.test(address)) {
		throw refused(
			place,
			`has an address that contains a quotation mark or bracket: ${nameOf(address)}`,
			'Remove what is not part of the address. Inside an address, these characters are written %22, %3C and %3E.',
		);
	}
	if (address.endsWith('…')) {
		throw refused(
			place,
			`has an address that is cut off: ${address.slice(-40)}`,
			'Programs often show only the beginning of a long address. Use the whole address.',
		);
	}
	if (url.username || url.password) {
		throw refused(
			place,
			`has an address that contains a user name or password: ${url.host}`,
			AS_FILE,
		);
	}
	if (!isPublicHost(url.hostname) && url.origin !== place.ownOrigin) {
		throw refused(
			place,
			`has an address inside your network, which fal cannot reach: ${nameOf(address)}`,
			AS_FILE,
		);
	}
	const found = noFile(url);
	if (!found) return encoded(address);
	if ('direct' in found) return readAddress(found.direct, place);
	throw refuseNoFile(found, nameOf(address), place);
}

function refuseObject(object: object, place: AddressContext): InputError {
	const fields = Object.keys(object);
	return refused(
		place,
		'has an object without a field that is clearly the address of an image',
		`${fields.length > 0 ? `Its fields are: ${fields.join(', ')}.` : 'It has no fields.'} Use the address itself, for example {{ $json.photo.url }}. To use a file of the workflow, set Source to File.`,
	);
}

function readAddress(value: unknown, place: AddressContext): string {
	if (typeof value === 'object' && value !== null) throw refuseObject(value, place);
	const given = typeof value === 'string' ? value : '';
	// So services write addresses of their files; every one of them answers to https.
	const address = given.startsWith('//') ? `https:${given}` : given;
	if (isDataUri(address)) return readDataUri(address, place);
	const url = /^https?:\/\//i.test(address) ? parsedUrl(address) : undefined;
	if (url) return readWebAddress(address, url, place);
	throw refused(
		place,
		`has a value that is not the address of an image: ${nameOf(value)}`,
		'Enter addresses that begin with http:// or https://, or data URIs of images. To use a file of the workflow, set Source to File.',
	);
}

/**
 * The addresses that fal gets for one entry of Images.
 *
 * @throws InputError for one that fal could not open, and where there is none
 */
export function readUrls(value: unknown, place: AddressContext): UrlSource[] {
	const found = valuesIn(value);
	if (found.length > 0 || place.isTool) {
		const { entry } = place;
		return found.map((one) => ({ kind: 'url', url: readAddress(one, place), entry }));
	}
	throw refused(place, 'is empty', 'Enter the address of an image, or remove this entry.');
}

/** ms by which clocks may differ: an address is refused only where it has surely expired. */
const CLOCKS_APART = 60_000;

/**
 * Looks at addresses right before they are sent: until then they may have expired, and an edit that was
 * ordered while they were good needs them no more.
 *
 * @throws InputError for the first signed address whose time is over
 */
export function requireOpen(images: Array<UrlSource | { kind: 'file' }>): void {
	for (const image of images) {
		if (image.kind === 'file' || isDataUri(image.url)) continue;
		const url = new URL(image.url);
		const until = signedUntil(url);
		if (until === undefined || until > Date.now() - CLOCKS_APART) continue;
		const when = new Date(until).toISOString().replace(/T(\d\d:\d\d).*/, ' $1 UTC');
		throw refused(
			image,
			`has an address that has expired: it was valid until ${when} (${url.host})`,
			'Signed addresses are valid for a short time. Run the node that returns the address again, or download the image with an HTTP Request node right after it and set Source to File here.',
		);
	}
}
