import { gifSamples } from './gif';
import { heifSamples } from './heif';
import { jpegSamples } from './jpeg';
import { pngSamples } from './png';
import type { Sample } from './sample';
import { webpSamples } from './webp';

export type { Sample } from './sample';

/** How much of an image is left of it when a download breaks off. */
export const CUTS = [0.01, 0.2, 0.5, 0.9, 0.999];

/** The start of an image, at least one byte shorter than it. */
export const cut = ({ bytes, end }: Sample, share: number): Buffer =>
	bytes.subarray(0, Math.min(Math.floor(end * share), end - 1));

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
