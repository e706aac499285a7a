import { past } from '../history';
import { NotSeen, ORDERS, type Check, type Live } from '../live';
import { nameIn } from '../orders';
import type { Entry } from '../purse';

const entriesOf = ({ purse, began }: Live): readonly Entry[] => {
	const entries = purse.entries.filter(({ at, requestId }) => at >= began && requestId);
	if (entries.length > 0) return entries;
	throw new NotSeen('nothing was ordered');
};

const inWords = (entries: readonly Entry[]) =>
	[...new Set(entries.map(({ prompt }) => nameIn(prompt)))].join(', ');

/** What a finished order has cost, in images; undefined where fal has not said. */
const paidFor = ({ state, units }: Entry): number | undefined =>
	state === 'free' ? 0 : state === 'paid' ? units : undefined;

/** All orders of this run together. */
export const moneyChecks: Check[] = [
	{
		id: 'money.paid',
		what: 'what fal has counted for all orders of this run',
		promise: 'cost',
		expected: 'as planned',
		see: async (live) => {
			const others = entriesOf(live).filter((entry) => {
				const name = nameIn(entry.prompt);
				return !name || paidFor(entry) !== ORDERS[name].paid;
			});
			return others.length === 0 ? 'as planned' : `otherwise: ${inWords(others)}`;
		},
	},
	{
		id: 'money.history',
		what: "the same orders in fal's history",
		promise: 'lost',
		expected: 'every order, and no other',
		see: async (live) => {
			const ours = entriesOf(live);
			const start = new Date(live.began - 60_000).toISOString();
			const theirs = await past(live, { start });
			const missing = ours.filter(
				({ requestId }) => !theirs.some(({ request_id }) => request_id === requestId),
			);
			const others = theirs.filter(
				({ request_id, json_input, sent_at }) =>
					nameIn(json_input?.prompt) !== undefined &&
					Date.parse(sent_at ?? '') >= live.began &&
					!ours.some(({ requestId }) => requestId === request_id),
			);
			const all = missing.length === 0 ? 'every order' : `without ${inWords(missing)}`;
			return `${all}, and ${others.length === 0 ? 'no other' : `${others.length} more`}`;
		},
	},
];
