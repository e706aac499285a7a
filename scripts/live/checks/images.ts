import { ball, ballAtFal, dataUri, FORMATS, upload, wholeFormat, type Format } from '../files';
import { lookAt, whenListed } from '../history';
import { NotSeen, type Check, type Live } from '../live';
import { detailIn, edited, unitsIn } from '../orders';
import type { Answer } from '../wire';
import { imagesIn } from './edit';

/** A file of Wikimedia Commons: its page, and an address that leads to it by a redirect. */
export const PAGE = 'https://commons.wikimedia.org/wiki/File:Example.jpg';
export const REDIRECT = 'https://commons.wikimedia.org/wiki/Special:FilePath/Example.jpg';

/** So many, and of every kind; the kind stands at each one's place. */
const kinds: Array<Format | 'data URI'> = [...FORMATS, 'data URI', ...Array<Format>(7).fill('png')];

const manyOf = async (live: Live) =>
	await live.once('many', async () => {
		const image_urls: string[] = [];
		for (const kind of kinds)
			image_urls.push(
				kind === 'data URI'
					? dataUri(await ball('webp'), 'image/webp')
					: (await ballAtFal(live, kind)).url,
			);
		return await edited(live, 'many', { input: { image_urls, sync_mode: true } });
	});

/** Which entry of image_urls a refusal is about. */
const indexIn = (answer: Answer): number => {
	const { loc } = detailIn(answer);
	return Number(loc[loc.indexOf('image_urls') + 1] ?? NaN);
};

const opens = (kind: Format | 'data URI'): Check => ({
	id: `many.${kind.replace(' ', '-')}`,
	what: `${kind} as one of the images`,
	promise: 'image',
	expected: 'opened',
	order: 'many',
	see: async (live) => {
		const { result } = await manyOf(live);
		if (result.status < 300) return 'opened';
		const refused = kinds[indexIn(result)];
		if (refused === kind) return [`refused: ${result.status}`, String(detailIn(result).type)];
		throw new NotSeen(`the edit was refused for another reason: ${result.status} ${refused ?? ''}`);
	},
});

/** What fal makes of an address, told by a broken image behind it: the refusal names the first that fails. */
const addressCheck = (
	id: string,
	what: string,
	expected: string,
	urlOf: (own: string) => string,
): Check => ({
	...{ id: `address.${id}`, what, promise: 'image', expected, better: /^opened$/ },
	order: 'address',
	see: async (live) => {
		const own = await ballAtFal(live);
		const broken = await live.once('broken', async () =>
			upload(live, own.bytes.subarray(0, 90), 'png'),
		);
		const image_urls = [urlOf(own.url), broken.url];
		const { result } = await edited(live, 'address', { input: { image_urls } });
		const index = indexIn(result);
		const type = String(detailIn(result).type);
		if (result.status !== 422 || Number.isNaN(index))
			throw new NotSeen(`the refusal names no image: ${result.status} ${type}`);
		return [index === 0 ? 'refused' : 'opened', type];
	},
});

export const imageChecks: Check[] = [
	{
		id: 'many.count',
		what: '14 images in one edit',
		promise: 'image',
		expected: '200',
		order: 'many',
		see: async (live) => {
			const { result } = await manyOf(live);
			return [`${result.status}`, `${unitsIn(result)} units ${detailIn(result).type ?? ''}`.trim()];
		},
	},
	...[...new Set(kinds)].map(opens),
	{
		id: 'sync.image',
		what: 'the image of an edit with sync mode',
		promise: 'image',
		expected: 'a data URI, a whole png',
		order: 'many',
		see: async (live) => {
			const [, head = 'no data URI', data = ''] =
				/^(data):image\/\w+;base64,(.+)$/.exec(
					imagesIn((await manyOf(live)).result)[0]?.url ?? '',
				) ?? [];
			if (data === '') return head;
			return `a data URI, a whole ${await wholeFormat(Buffer.from(data, 'base64'))}`;
		},
	},
	{
		id: 'sync.history',
		what: 'an edit with sync mode, in the history',
		promise: 'lost',
		expected: 'without what went in',
		better: /^with what/,
		order: 'many',
		see: async (live) => {
			const { id } = await manyOf(live);
			const [when] = await whenListed(live, id, 'many');
			if (when === 'not listed') return when;
			return (await lookAt(live, id))?.json_input ? 'with what went in' : 'without what went in';
		},
	},
];

/** Each is refused, and so free, whatever fal makes of the address. */
export const addressChecks: Check[] = [
	addressCheck(
		'bar',
		'two addresses with | between them, sent as one',
		'refused',
		(own) => `${own}|${own}`,
	),
	addressCheck(
		'semicolon',
		'two addresses with ; between them, sent as one',
		'refused',
		(own) => `${own};${own}`,
	),
	addressCheck(
		'comma',
		'two addresses with a comma between them, sent as one',
		'refused',
		(own) => `${own},${own}`,
	),
	addressCheck('quote', 'a quotation mark behind an address', 'refused', (own) => `${own}"`),
	addressCheck('page', 'the page of a file', 'refused', () => PAGE),
	addressCheck('redirect', 'an address that leads on to a file', 'opened', () => REDIRECT),
];

export const equalChecks: Check[] = [
	{
		id: 'equal.seed',
		what: 'two images of one seed',
		promise: 'once',
		expected: 'different',
		order: 'equal',
		see: async (live) => {
			const image_urls = [(await ballAtFal(live)).url];
			const { result } = await edited(live, 'equal', { input: { image_urls, num_images: 2 } });
			const urls = imagesIn(result).map(({ url = '' }) => url);
			if (urls.length < 2) return `${urls.length} image`;
			const files = await Promise.all(urls.map((url) => live.wire.call(url, { key: null })));
			return files[0]?.bytes.equals(files[1]?.bytes ?? Buffer.alloc(0)) ? 'equal' : 'different';
		},
	},
];
