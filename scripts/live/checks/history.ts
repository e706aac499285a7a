import { LOST_REQUEST } from '../../../nodes/shared/limits';
import { listed, whenListed, type PastRequest } from '../history';
import { NotSeen, type Check, type Live } from '../live';
import { editOf, imagesIn } from './edit';

type Edit = Awaited<ReturnType<typeof editOf>>;

/** The one edit as the history has it. */
const check = (
	id: string,
	what: string,
	expected: string,
	look: (found: PastRequest, edit: Edit) => string | [string, string],
): Check => ({
	...{ id, what, promise: 'lost', expected },
	order: 'edit',
	see: async (live) => {
		const edit = await editOf(live);
		const { found } = await listed(live, edit.id, 'edit');
		if (!found) throw new NotSeen('the edit is not listed');
		return look(found, edit);
	},
});

const asSent = (theirs: unknown, ours: unknown): string => {
	if (theirs === undefined) return 'left out';
	return JSON.stringify(theirs) === JSON.stringify(ours) ? 'as sent' : 'changed';
};

const urls = ({ image_urls }: Record<string, unknown>) => image_urls as unknown[] | undefined;

export const historyChecks: Check[] = [
	{
		id: 'history.unfinished',
		what: 'an edit that fal still works on, in the history',
		promise: 'lost',
		expected: 'not listed',
		better: /^listed$/,
		order: 'edit',
		see: async (live: Live) => ((await editOf(live)).unfinished ? 'listed' : 'not listed'),
	},
	{
		id: 'history.finished',
		what: 'a finished edit, in the history',
		promise: 'lost',
		expected: 'listed soon',
		order: 'edit',
		see: async (live: Live) => await whenListed(live, (await editOf(live)).id, 'edit'),
	},
	check('history.seed', 'its seed there', 'as sent', ({ json_input = {} }, { input }) =>
		asSent(json_input.seed, input.seed),
	),
	check('history.urls', 'its image addresses there', 'as sent', ({ json_input = {} }, { input }) =>
		asSent(urls(json_input)?.[0], urls(input)?.[0]),
	),
	check('history.data', 'its data URI there', 'as sent', ({ json_input = {} }, { input }) =>
		asSent(urls(json_input)?.[1], urls(input)?.[1]),
	),
	check('history.fields', 'its other fields there', 'as sent', ({ json_input = {} }, { input }) => {
		const added = Object.keys(json_input).filter((name) => !(name in input));
		return [asSent(json_input.prompt, input.prompt), `added: ${added.join(', ') || 'none'}`];
	}),
	check('history.result', 'its images there', 'as in the result', ({ json_output }, { result }) => {
		const theirs = json_output?.images?.map(({ url }) => url);
		const ours = imagesIn(result).map(({ url }) => url);
		return `${asSent(theirs, ours).replace('sent', 'in the result')}`;
	}),
	check('history.status', 'its status there', '200', ({ status_code }) => `${status_code}`),
	check('history.sent', 'when it was sent, by the history', 'then', ({ sent_at }, { sentAt }) => {
		const apart = Date.parse(sent_at ?? '') - sentAt;
		const isThen = apart > -LOST_REQUEST.early && apart < LOST_REQUEST.late;
		return [isThen ? 'then' : 'at another time', `${apart} ms after our submit`];
	}),
];
