import { take, type Found, type Walk } from './walk';

export const isJpeg = (head: Buffer): boolean =>
	head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;

export const MARKER = { end: 0xd9, scan: 0xda, tables: 0xc4, restarts: 0xdd };

/** The markers that hold a JPEG's size: all of C0 to CF but three that mean something else. */
export const holdsSize = (marker: number): boolean =>
	marker >= 0xc0 && marker <= 0xcf && !(marker % 4 === 0 && marker > 0xc0);

/** What may stand between two scans; anything else means that the data was cut and something put behind it. */
const followsScan = (marker: number) =>
	marker === MARKER.end || (marker >= 0xc0 && marker <= 0xcf) || marker >= 0xda;

/** Markers without a length: restarts, and what says nothing. */
const standsAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/**
 * What cameras and servers put behind an image: zeros, a second JPEG, a film, a text. Other bytes may have
 * been put behind half an image, with an end by chance among them.
 */
const isKnownTail = (bytes: Buffer) =>
	bytes.readUInt16BE(0) === 0 ||
	bytes[0] === 0xff ||
	/^(....(ftyp|mpvd|moov)|[\t\n\r\x20-\x7e]{8})/s.test(bytes.toString('latin1'));

/**
 * A JPEG is segments, each a marker and its length, and after each scan's header the data up to the next
 * marker. So a preview inside a segment, itself a whole JPEG, is passed over, and so is what phones put
 * behind the end.
 */
export function* walkJpeg(found: Found): Walk {
	yield { skip: 2 };
	let inScan = false;
	for (;;) {
		const marker: number = (yield 'marker')[0]!;
		if (inScan && !followsScan(marker)) return;
		if (marker === MARKER.end) {
			if (!inScan) return;
			found.least = 0;
			if (!isKnownTail(yield* take(8))) found.isDoubtful = true;
			return;
		}
		if (standsAlone(marker)) continue;
		const length = (yield* take(2)).readUInt16BE(0) - 2;
		if (length < 0) return;
		let read = 0;
		if (holdsSize(marker) && length >= 6) {
			read = 6;
			const frame = yield* take(read);
			const height = frame.readUInt16BE(1);
			const width = frame.readUInt16BE(3);
			if (width > 0 && height > 0)
				found.kind ??= { mimeType: 'image/jpeg', extension: 'jpg', width, height };
		}
		yield { skip: length - read };
		if (marker === MARKER.scan && !found.kind) return;
		inScan ||= marker === MARKER.scan;
	}
}
