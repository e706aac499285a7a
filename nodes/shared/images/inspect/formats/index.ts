import { isGif, walkGif } from './gif';
import { isHeif, walkHeif } from './heif';
import { isJpeg, walkJpeg } from './jpeg';
import { isPng, walkPng } from './png';
import { isWebp, walkWebp } from './webp';
import type { Found, Walk } from './walk';

/** So many bytes tell every format that fal's model reads. */
export const SIGNATURE = 12;

const FORMATS: Array<{ is: (head: Buffer) => boolean; walk: (found: Found) => Walk }> = [
	{ is: isJpeg, walk: walkJpeg },
	{ is: isPng, walk: walkPng },
	{ is: isWebp, walk: walkWebp },
	{ is: isGif, walk: walkGif },
	{ is: isHeif, walk: walkHeif },
];

/** The walk for a file that begins so; undefined for one that fal does not take. */
export const walkFor = (head: Buffer): ((found: Found) => Walk) | undefined =>
	FORMATS.find(({ is }) => is(head))?.walk;
