import { readMeta, sizeOfFilm } from './heifMeta';
import { take, type Found, type Size, type Walk } from './walk';

const AVIF = { mimeType: 'image/avif', extension: 'avif' };
const HEIC = { mimeType: 'image/heic', extension: 'heic' };
const HEIF = { mimeType: 'image/heif', extension: 'heif' };

const AVIF_BRAND = /^avi[fs]$/;
const HEIC_BRAND = /^(hei[cxms]|hev[cxms])$/;
const ANY_BRAND = /^(mi[fa][12f]|msf1)$/;

const isBoxOf = (head: Buffer, type: string) => head.toString('latin1', 4, 8) === type;

/** Films begin with such a box too; the brands in it tell. */
export const isHeif = (head: Buffer): boolean => isBoxOf(head, 'ftyp');

function formatOf(brands: string[], codings: string[] = []) {
	if (brands.some((brand) => AVIF_BRAND.test(brand)) || codings.includes('av01')) return AVIF;
	if (brands.some((brand) => HEIC_BRAND.test(brand)) || codings.includes('hvc1')) return HEIC;
	return brands.some((brand) => ANY_BRAND.test(brand)) ? HEIF : undefined;
}

/** The brand in front and those that the file is compatible with. */
function brandsIn(data: Buffer): string[] {
	const places = Array.from({ length: data.length >> 2 }, (_, index) => index * 4);
	// The second four bytes are a version.
	return places.filter((at) => at !== 4).map((at) => data.toString('latin1', at, at + 4));
}

interface BoxHead {
	type: string;
	/** undefined for a box that goes to the end of the file */
	length?: number;
	head: number;
}

function* boxHead(): Generator<{ take: number }, BoxHead, Buffer> {
	const bytes = yield* take(8) as Generator<{ take: number }, Buffer, Buffer>;
	const size = bytes.readUInt32BE(0);
	const type = bytes.toString('latin1', 4);
	if (size === 0) return { type, head: 8 };
	if (size > 1) return { type, head: 8, length: size - 8 };
	const long = yield* take(8) as Generator<{ take: number }, Buffer, Buffer>;
	return { type, head: 16, length: Number(long.readBigUInt64BE(0)) - 16 };
}

/** Adds what a box says; its bytes are looked at here and let go. */
function learn(found: Found, brands: string[], type: string, data: Buffer): void {
	const meta = type === 'meta' ? readMeta(data) : undefined;
	const size: Size | undefined = meta ? meta.size : type === 'moov' ? sizeOfFilm(data) : undefined;
	const format = formatOf(brands, meta?.codings);
	if (format && size && size.width > 0 && size.height > 0) found.kind ??= { ...format, ...size };
	if (meta && found.kind) found.least = Math.max(found.least ?? 0, meta.end);
}

/**
 * AVIF and HEIC are boxes. `meta` tells where each image's data is, wherever that stands; a box with
 * data or a film must be there whole besides. What else stands behind changes nothing.
 */
export function* walkHeif(found: Found): Walk {
	let brands: string[] = [];
	let at = 0;
	let ends = 0;
	for (;;) {
		const { type, head, length } = yield* boxHead();
		if (!/^[\x20-\x7e]{4}$/.test(type) || (length !== undefined && length < 0)) return;
		at += head + (length ?? 0);
		if (type === 'mdat' || type === 'moov') ends = Math.max(ends, at);
		if (found.least !== undefined) found.least = Math.max(found.least, ends);
		if (length === undefined) return;
		const isRead = type === 'ftyp' || type === 'meta' || type === 'moov';
		if (!isRead) {
			yield { skip: length };
			continue;
		}
		const data = yield* take(length);
		if (type === 'ftyp') brands = brandsIn(data);
		else learn(found, brands, type, data);
		if (!formatOf(brands)) return;
		if (found.kind) found.least = Math.max(found.least ?? 0, ends);
	}
}
