import type { Locator } from 'playwright-core';
import type { Bench } from '../support/bench';

/** What the page got, not what it was meant to get. */
export const dataOf = (source: string | null): Buffer =>
	Buffer.from(String(source).replace(/^[^,]*,/, ''), 'base64');

/** The width the browser found in the file: 0 until it has drawn it, and for one it cannot draw. */
export const widthOf = async (image: Locator): Promise<number> =>
	await image.evaluate((element: { naturalWidth: number }) => element.naturalWidth);

/** The first image that was fetched, from fal itself. */
export async function madeAtFal(bench: Bench): Promise<Buffer> {
	const [download] = bench.fal.records.filter(({ stage }) => stage === 'download');
	return await bench.atFal(download?.url);
}
