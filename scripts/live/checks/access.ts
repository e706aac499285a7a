import { ENDPOINT } from '../../../nodes/shared/fal/http/client';
import { IS_FOR_IMAGES } from '../../../nodes/shared/fal/account/price';
import { startUpload } from '../files';
import { HISTORY } from '../history';
import { aboutRequest, type Check, type Live } from '../live';
import { ORDER_ADDRESS, type Answer } from '../wire';

const WRONG_KEY = '00000000-0000-4000-8000-000000000000:00000000000000000000000000000000';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const PRICES = `https://api.fal.ai/v1/models/pricing?endpoint_id=${encodeURIComponent(ENDPOINT)}`;

const wordsIn = ({ json, status }: Answer): string => {
	const word = typeof json.status === 'string' ? ` ${json.status}` : '';
	return `${status}${word}`;
};

const said = ({ json }: Answer): string => JSON.stringify(json.detail ?? json.error ?? json);

export interface ListPrice {
	unit_price?: number;
	unit?: string;
	currency?: string;
}

const prices = async (live: Live) =>
	await live.once('prices', async () => ({ ...(await live.wire.call(PRICES)), at: Date.now() }));

/** The endpoint's entry in the price list. */
export async function listPrice(live: Live): Promise<ListPrice> {
	const { json } = await prices(live);
	const entries = Array.isArray(json.prices)
		? (json.prices as Array<{ endpoint_id?: string }>)
		: [];
	return (entries.find((entry) => entry.endpoint_id === ENDPOINT) ?? {}) as ListPrice;
}

/** USD for an image; undefined where the list does not say it, so that nothing can be planned. */
export async function priceOfImage(live: Live): Promise<number | undefined> {
	const { unit_price, unit = '', currency } = await listPrice(live).catch((): ListPrice => ({}));
	return IS_FOR_IMAGES.test(unit) && currency === 'USD' ? unit_price : undefined;
}

export const accessChecks: Check[] = [
	{
		id: 'auth.test',
		what: 'a wrong key at the price list, by which the credential is tested',
		promise: 'words',
		expected: '401',
		see: async ({ wire }) => {
			const answer = await wire.call(PRICES, { key: WRONG_KEY });
			return [`${answer.status}`, said(answer)];
		},
	},
	{
		id: 'auth.submit',
		what: 'a wrong key at a submit',
		promise: 'once',
		expected: '401',
		see: async ({ wire }) => {
			const body = { prompt: 'Nothing', image_urls: ['https://example.com/none.png'] };
			const answer = await wire.call(ORDER_ADDRESS, { method: 'POST', key: WRONG_KEY, body });
			return [`${answer.status}`, said(answer)];
		},
	},
	{
		id: 'auth.upload',
		what: 'a wrong key at the start of an upload',
		promise: 'words',
		expected: '401',
		see: async (live) => {
			const body = { file_name: 'none.png', content_type: 'image/png' };
			const answer = await startUpload(live, body, {}, WRONG_KEY);
			return [`${answer.status}`, said(answer)];
		},
	},
	{
		id: 'request.status',
		what: 'the status of an unknown request',
		promise: 'lost',
		expected: '404 NOT_FOUND',
		see: async ({ wire }) => wordsIn(await wire.call(aboutRequest(UNKNOWN, '/status'))),
	},
	{
		id: 'request.result',
		what: 'the result of an unknown request',
		promise: 'lost',
		expected: '404',
		see: async ({ wire }) => {
			const answer = await wire.call(aboutRequest(UNKNOWN));
			return [`${answer.status}`, said(answer)];
		},
	},
	{
		id: 'request.cancel',
		what: 'a cancel of an unknown request',
		promise: 'stop',
		expected: '404 NOT_FOUND',
		see: async ({ wire }) =>
			wordsIn(await wire.call(aboutRequest(UNKNOWN, '/cancel'), { method: 'PUT' })),
	},
	{
		id: 'price.unit',
		what: 'what the price list counts',
		promise: 'cap',
		expected: 'images, in USD',
		see: async (live) => {
			const { unit_price, unit = 'nothing', currency } = await listPrice(live);
			const counted = IS_FOR_IMAGES.test(unit) ? 'images' : unit;
			return [`${counted}, in ${currency}`, `${unit_price} for one`];
		},
	},
	{
		id: 'history.access',
		what: "whether this key may read fal's request history",
		promise: 'lost',
		expected: '200',
		see: async ({ wire }) => {
			const answer = await wire.call(
				`${HISTORY}?${new URLSearchParams({ endpoint_id: ENDPOINT })}`,
			);
			return `${answer.status}`;
		},
	},
	{
		id: 'price.clock',
		what: "the time that fal's Platform API tells",
		promise: 'lost',
		expected: 'within 5 s of ours',
		see: async (live) => {
			const { headers, ms, at } = await prices(live);
			const apart = Date.parse(headers.date ?? '') - at;
			if (Number.isNaN(apart)) return 'no date';
			return Math.abs(apart) < 5_000 + ms ? 'within 5 s of ours' : `${apart} ms apart`;
		},
	},
];
