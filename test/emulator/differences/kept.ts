import { json, without } from '../http';
import { at, inputOf, listed, type Difference } from './change';

const isAvif = (bytes: Buffer) => /^ftypavi/.test(bytes.toString('latin1', 4, 12));
const isHeic = (bytes: Buffer) => /^ftyphei/.test(bytes.toString('latin1', 4, 12));

/** In what the history may differ, and in what fal opens and makes. */
export const inHistoryAndImages = {
	'the history may not be read': {
		answer: at(['history'], () => json(403, { error: { type: 'authorization_error' } })),
		shows: { 'history.access': '403' },
	},
	'the history lists late': {
		settings: { historyDelay: 1_500 },
		shows: { 'history.finished': 'listed late' },
	},
	'the history lists nothing': {
		settings: { historyDelay: Infinity },
		shows: { 'history.finished': 'not listed' },
	},
	'the history lists unfinished requests': {
		settings: { historyLists: 'all' },
		shows: { 'history.unfinished': 'listed' },
	},
	'the history leaves out what was cancelled': {
		answer: listed((item) => (item.status_code === 499 ? undefined : item)),
		shows: { 'cancel.queued-listed': 'not listed' },
	},
	'the history has no seed': {
		answer: listed((item) => inputOf(item, (input) => without(input, 'seed'))),
		shows: { 'history.seed': 'left out' },
	},
	'the history has other addresses': {
		answer: listed((item) =>
			inputOf(item, (input) => ({ ...input, image_urls: ['https://fal.media/a'] })),
		),
		shows: { 'history.urls': 'changed', 'history.data': 'left out' },
	},
	'the history has no results': {
		answer: listed((item) => without(item, 'json_output')),
		shows: { 'history.result': 'left out' },
	},
	'the history has edits with sync mode': {
		answer: listed((item, world) => ({
			...item,
			json_input: item.json_input ?? world.queue.get(String(item.request_id))?.job.input,
		})),
		shows: { 'sync.history': 'with what went in' },
	},
	'13 images at most': {
		answer: at(['result'], (answer, { params }, world) => {
			const { image_urls } = Object(world.queue.get(params.id)?.job.input) as {
				image_urls?: unknown[];
			};
			return image_urls?.length === 14 ? json(422, { detail: 'Too many images' }) : answer;
		}),
		shows: { 'many.count': '422' },
	},
	'no AVIF': {
		refuses: (_url, bytes) => isAvif(bytes),
		shows: { 'many.avif': 'refused: 422' },
	},
	'no HEIC': {
		refuses: (_url, bytes) => isHeic(bytes),
		shows: { 'many.heic': 'refused: 422' },
	},
	'no data URIs': {
		refuses: (url) => url.startsWith('data:image/webp'),
		shows: { 'many.data-URI': 'refused: 422' },
	},
	'no redirects': {
		refuses: (url) => url.includes('Special:FilePath'),
		shows: { 'address.redirect': 'refused' },
	},
	'one seed, equal images': {
		settings: { image: 'tiny' },
		shows: { 'equal.seed': 'equal' },
	},
	'a callback that is signed otherwise': {
		answer: at(['jwks'], (answer) => ({ ...answer, body: '{"keys":[]}' })),
		shows: { 'webhook.keys': '200 with no keys', 'webhook.signature': 'by no known key, now' },
	},
} satisfies Record<string, Difference>;
