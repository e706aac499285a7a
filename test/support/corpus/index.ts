import { gifSamples } from './gif';
import { heifSamples } from './heif';
import { jpegSamples } from './jpeg';
import { pngSamples } from './png';
import type { Sample } from './sample';
import { webpSamples } from './webp';

export type { Sample } from './sample';

/** How much of an image is left of it when a download breaks off. */
export const CUTS = [0.01, 0.2, 0.5, 0.9, 0.999];

/** Bytes that only say that an image is over; decoders do not miss them. */
const NEEDLESS: Record<string, number> = { 'image/png': 12, 'image/gif': 1 };

/** The start of an image that lacks at least one byte of its data. */
export const cut = ({ bytes, end, mimeType }: Sample, share: number): Buffer =>
	bytes.subarray(0, Math.min(Math.floor(end * share), end - (NEEDLESS[mimeType] ?? 0) - 1));

/** Every file of the corpus. */
export async function makeCorpus(): Promise<Sample[]> {
	return [
		...(await jpegSamples()),
		...(await pngSamples()),
		...(await webpSamples()),
		...(await gifSamples()),
		...(await heifSamples()),
	];
}
