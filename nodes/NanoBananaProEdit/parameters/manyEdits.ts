import { tryToParseDateTime, type IExecuteFunctions } from 'n8n-workflow';
import type { HistoryQuery } from '../../shared/fal/account/history';
import { flag, group, integer, nameOf, requestIdIn, type Check } from '../../shared/n8n/checks';
import { InputError } from '../../shared/n8n/inputError';
import {
	choice,
	propertyOf,
	readRows,
	readTop,
	row,
	type Parameter,
} from '../../shared/n8n/options';

/** A time as n8n's date field or an expression gives it; undefined for what is none. */
function momentOf(value: unknown, zone?: string): string | undefined {
	try {
		const moment = typeof value === 'number' ? new Date(value) : value;
		return tryToParseDateTime(moment, zone).toJSDate().toISOString();
	} catch {
		return undefined;
	}
}

/** Checks a time; one without a zone is meant in `zone`. */
const timeIn =
	(zone?: string): Check<string> =>
	(value, label) => {
		const moment = momentOf(value, zone);
		if (moment !== undefined) return moment;
		throw new InputError(
			`'${label}' must be a date and time, but is ${nameOf(value)}`,
			'Choose one in the calendar, or enter text such as 2026-11-25T08:00:00.',
		);
	};

/**
 * fal's own words for how a request ended, the good end first. Apart from its property, since n8n's lint would sort
 * it there, and n8n's scan of verified packages knows no exceptions (`allowInlineConfig: false`).
 */
const OUTCOMES = [
	{ name: 'Success', value: 'success' },
	{ name: 'Error', value: 'error' },
	{ name: 'User Error', value: 'user_error' },
] as const;

/** @param zone the workflow's */
const filterRows = (zone?: string) => [
	row({
		displayName: 'Request ID',
		name: 'requestId',
		type: 'string',
		default: '',
		description: 'Return only the edit with this ID, from the last 90 days',
		check: requestIdIn,
		fallback: undefined,
	}),
	row({
		displayName: 'Started After',
		name: 'startedAfter',
		type: 'dateTime',
		default: '',
		description: 'Return only edits submitted at or after this time',
		check: timeIn(zone),
		fallback: undefined,
	}),
	row({
		displayName: 'Started Before',
		name: 'startedBefore',
		type: 'dateTime',
		default: '',
		description: 'Return only edits submitted before this time',
		check: timeIn(zone),
		fallback: undefined,
	}),
	row({
		displayName: 'Status',
		name: 'status',
		...choice(OUTCOMES),
		default: 'success',
		description: 'Return only edits with this outcome',
		fallback: undefined,
	}),
];

export const manyRows = {
	returnAll: {
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
		check: flag,
	},
	limit: {
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
		check: integer(1),
	},
	filters: {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		description: 'Narrow down the list. Without a start time, it covers the last 30 days.',
		options: filterRows().map(propertyOf),
		check: group,
	},
} satisfies Record<string, Parameter>;

/** What Get Many Edits is to list. */
interface ManyEdits {
	query: HistoryQuery;
	/** Infinity for all */
	limit: number;
}

/** Days back for which edits are listed where nobody says: so long fal keeps what went in and came out. */
const LISTED_DAYS = 30;

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3_600_000).toISOString();

/** @throws InputError for a value that fal would not take */
export function readManyEdits(ctx: IExecuteFunctions, itemIndex: number): ManyEdits {
	const given = readTop(ctx, itemIndex, manyRows.filters);
	const { startedAfter, startedBefore, ...rest } = readRows(filterRows(ctx.getTimezone()), given);
	const start = startedAfter ?? (rest.requestId ? undefined : daysAgo(LISTED_DAYS));
	const all = readTop(ctx, itemIndex, manyRows.returnAll);
	const limit = readTop(ctx, itemIndex, manyRows.limit);
	return { query: { start, end: startedBefore, ...rest }, limit: all ? Infinity : limit };
}
