import type { IExecuteFunctions } from 'n8n-workflow';
import { isRequestId } from '../../shared/fal/queue/queue';
import type { HistoryQuery } from '../../shared/fal/account/history';
import { LISTED_DAYS } from '../../shared/limits';
import { flag, group, integer, nameOf, oneOf } from '../../shared/n8n/checks';
import { InputError } from '../../shared/n8n/inputError';
import { option } from '../../shared/n8n/options';

const HAS_ZONE = /(Z|[+-]\d\d:?\d\d)$/i;
const DATE_ONLY = /^\d{4}-\d\d-\d\d$/;

/** How far a time zone is ahead of UTC at a moment, in ms. */
function offsetOf(zone: string, at: number): number {
	const parts = { dateStyle: 'short', timeStyle: 'medium' } as const;
	// Swedish writes a time nearly as ISO 8601 does.
	const there = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...parts }).format(at);
	return Date.parse(`${there.replace(' ', 'T')}Z`) - Math.floor(at / 1_000) * 1_000;
}

/** A time as n8n's date field or an expression gives it, in ms since 1970; NaN for what is none. */
function momentOf(value: unknown, zone: string): number {
	if (typeof value !== 'string') return Number(value);
	const text = DATE_ONLY.test(value.trim()) ? `${value.trim()}T00:00:00` : value.trim();
	if (HAS_ZONE.test(text)) return Date.parse(text);
	// Without a zone it is meant in the workflow's.
	const asUtc = Date.parse(`${text.replace(' ', 'T')}Z`);
	return Number.isNaN(asUtc) ? asUtc : asUtc - offsetOf(zone, asUtc);
}

const timeIn =
	(zone: string) =>
	(value: unknown, label: string): string => {
		const moment = momentOf(value, zone);
		if (Number.isFinite(moment) && Math.abs(moment) < 8e15) return new Date(moment).toISOString();
		throw new InputError(
			`'${label}' needs a date and time, but got ${nameOf(value)}`,
			'Choose it in the calendar, or give a text like 2026-11-25T08:00:00.',
		);
	};

function requestIdIn(value: unknown, label: string): string {
	const id = typeof value === 'string' ? value.trim() : value;
	if (isRequestId(id)) return id;
	throw new InputError(
		`'${label}' needs the ID of a fal request, but got ${nameOf(value)}`,
		'Use the field request_id of an earlier edit.',
	);
}

/** What Get Many Edits is to list. */
export interface ManyEdits {
	query: HistoryQuery;
	/** Infinity for all */
	limit: number;
}

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3_600_000).toISOString();

/** @throws InputError for a value that fal would not take */
export function readManyEdits(ctx: IExecuteFunctions, itemIndex: number): ManyEdits {
	const given = group(ctx.getNodeParameter('filters', itemIndex, {}), 'Filters');
	const time = timeIn(ctx.getTimezone());
	const requestId = option(given, 'requestId', 'Request ID', requestIdIn, undefined);
	const start = option(given, 'startedAfter', 'Started After', time, undefined);
	const end = option(given, 'startedBefore', 'Started Before', time, undefined);
	const states = oneOf(['success', 'error', 'user_error']);
	const status = option(given, 'status', 'Status', states, undefined);
	const all = flag(ctx.getNodeParameter('returnAll', itemIndex, false), 'Return All');
	const most = ctx.getNodeParameter('limit', itemIndex, 50);
	return {
		query: {
			start: start ?? (requestId ? undefined : daysAgo(LISTED_DAYS)),
			end,
			status,
			requestId,
		},
		limit: all ? Infinity : integer(1)(most, 'Limit'),
	};
}
