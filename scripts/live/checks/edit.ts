import { ball, ballAtFal, dataUri, wholeFormat } from '../files';
import { lookAt, type Listed } from '../history';
import { aboutRequest, type Check, type Live } from '../live';
import { ended, order, resultOf, unitsIn } from '../orders';
import { listen } from '../stream';
import { webhookQuery } from '../webhook';
import type { Answer } from '../wire';

/** One edit from its submit to its file, with a look at everything on the way. */
export const editOf = async (live: Live) =>
	await live.once('edit', async () => {
		const image_urls = [(await ballAtFal(live)).url, dataUri(await ball('png'))];
		const query = await webhookQuery(live);
		// As the node sends it: the longest that the edit may wait for its beginning, in s.
		const headers = { 'x-fal-request-timeout': '3600' };
		const submitted = await order(live, 'edit', { input: { image_urls }, headers, query });
		const { id } = submitted;
		const listening = listen(live, id);
		const first = await listening.first;
		const pending = await live.wire.call(aboutRequest(id, '/status'));
		const early = await resultOf(live, id);
		const unfinished = await lookAt(live, id).catch((): Listed => undefined);
		const heard = await listening.end;
		const status = await ended(live, id);
		const result = await resultOf(live, id);
		return { ...submitted, first, pending, early, unfinished, heard, status, result };
	});

interface MadeImage {
	url?: string;
	content_type?: unknown;
	file_name?: unknown;
	file_size?: unknown;
	width?: unknown;
	height?: unknown;
}

export const imagesIn = ({ json }: Answer): MadeImage[] =>
	(Array.isArray(json.images) ? json.images : []) as MadeImage[];

const fileOf = async (live: Live) =>
	await live.once('made file', async () => {
		const [image] = imagesIn((await editOf(live)).result);
		return await live.wire.call(image?.url ?? '', { key: null });
	});

type Edit = Awaited<ReturnType<typeof editOf>>;

/** A line about the one edit. */
const check = (
	id: string,
	what: string,
	promise: Check['promise'],
	expected: string,
	look: (edit: Edit, live: Live) => ReturnType<Check['see']> | string | [string, string],
): Check => ({
	...{ id, what, promise, expected },
	order: 'edit',
	see: async (live) => await look(await editOf(live), live),
});

const isPending = (word: unknown) => word === 'IN_QUEUE' || word === 'IN_PROGRESS';

export const editChecks: Check[] = [
	check('edit.submit', 'the answer to a submit', 'once', '200 with a request id', ({ answer }) => {
		const named = typeof answer.json.request_id === 'string';
		const state = `${String(answer.json.status)}, ${answer.ms} ms`;
		return [`${answer.status} ${named ? 'with a request id' : 'without request_id'}`, state];
	}),
	check(
		'edit.header',
		'the request id in a header of it, for an answer whose body is lost',
		'lost',
		'x-fal-request-id has it',
		({ answer: { headers, json } }) => {
			const header = headers['x-fal-request-id'];
			if (header === undefined) return 'no x-fal-request-id';
			return `x-fal-request-id has ${header === json.request_id ? 'it' : 'another'}`;
		},
	),
	check(
		'edit.first-word',
		'the first word of the status stream',
		'ends',
		'at once',
		({ first, heard }) => [
			first === undefined ? 'too late' : 'at once',
			`${heard.words[0]?.word ?? 'none'} after ${heard.words[0]?.ms} ms`,
		],
	),
	check(
		'edit.stream',
		'the end of the stream',
		'ends',
		'COMPLETED, then closed',
		({ heard: { status, words, closed } }) => [
			`${words.at(-1)?.word ?? status}, then ${closed ? 'closed' : 'broken'}`,
			words.map(({ word, ms }) => `${word} ${(ms / 1_000).toFixed(1)} s`).join(', '),
		],
	),
	check('edit.pending', 'the status meanwhile', 'ends', '202 while pending', ({ pending }) =>
		isPending(pending.json.status)
			? `${pending.status} while pending`
			: `${pending.status} ${String(pending.json.status)}`,
	),
	check('edit.early', 'the result meanwhile', 'lost', '400', ({ early }) => [
		`${early.status}`,
		JSON.stringify(early.json.detail),
	]),
	check('edit.status', 'the status at the end', 'ends', '200 COMPLETED', ({ status }) => [
		`${status.status} ${String(status.json.status)}`,
		`metrics ${JSON.stringify(status.json.metrics)}`,
	]),
	check('edit.result', 'the result', 'image', '200 with 1 image', ({ result }) => [
		`${result.status} with ${imagesIn(result).length} image`,
		`${result.bytes.length} bytes of JSON, ${result.ms} ms`,
	]),
	check('edit.units', 'x-fal-billable-units of one image at 1K', 'cost', '1', ({ result }) => {
		const said = unitsIn(result);
		return Number(said) === 1 ? '1' : said;
	}),
	check('edit.id', 'the request id of the result', 'lost', 'the same', ({ result, id }) => {
		const header = result.headers['x-fal-request-id'];
		return header === id ? 'the same' : `${header === undefined ? 'none' : 'another'}`;
	}),
	{
		...check(
			'edit.fields',
			'what the result says of the image',
			'image',
			'content_type, file_name',
			({ result }) => {
				const { url: _, ...fields } = imagesIn(result)[0] ?? {};
				const given = Object.entries(fields).flatMap(([name, value]) =>
					value === null ? [] : name,
				);
				return given.sort().join(', ');
			},
		),
		better: /content_type.*file_name/,
	},
	check(
		'edit.file',
		'the made file, fetched without the key',
		'image',
		'200, a whole png',
		async (_, live) => {
			const { status, bytes } = await fileOf(live);
			return [`${status}, a whole ${await wholeFormat(bytes)}`, `${bytes.length} bytes`];
		},
	),
	check(
		'edit.again',
		'the result, asked for again',
		'lost',
		'the same',
		async ({ id, result }, live) => {
			const again = await resultOf(live, id);
			const [first, second] = [result, again].map((one) => imagesIn(one)[0]?.url);
			return again.status === 200 && first === second ? 'the same' : `${again.status}, another`;
		},
	),
	check(
		'cancel.finished',
		'a cancel after the end',
		'stop',
		'400 ALREADY_COMPLETED',
		async ({ id }, live) => {
			const { status, json } = await live.wire.call(aboutRequest(id, '/cancel'), { method: 'PUT' });
			return `${status} ${String(json.status)}`;
		},
	),
];
