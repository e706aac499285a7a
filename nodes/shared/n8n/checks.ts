import { parsedUrl } from '../fal/http/addresses';
import { isRequestId } from '../fal/queue/queue';
import { InputError } from './inputError';

/**
 * Turns a parameter's value, which an expression may have made anything, into `T`, or throws an InputError that names `label`.
 * `typed` gives what the user has typed, such as the expression.
 */
export type Check<T> = (value: unknown, label: string, typed?: () => unknown) => T;

const isNothing = (value: unknown) => value === undefined || value === null;

/** Names a value in an error without printing it whole: prompts and files can be megabytes. */
export function nameOf(value: unknown): string {
	if (isNothing(value)) return 'empty';
	if (Array.isArray(value))
		return `a list of ${value.length} value${value.length === 1 ? '' : 's'}`;
	if (typeof value === 'string' && value.trim() === '') return 'empty';
	if (typeof value === 'string') return `the text "${cutTo(value, 40)}"`;
	if (typeof value === 'object') return 'an object';
	return `${typeof value === 'number' ? 'the number ' : ''}${String(value)}`;
}

const CHECK_EXPRESSION = 'If it uses an expression, check what that returns for this item.';

function refuse(label: string, value: unknown, wanted: string): InputError {
	return new InputError(
		`'${label}' must be ${wanted}, but is ${nameOf(value)}`,
		`Set '${label}' to ${wanted}. ${CHECK_EXPRESSION}`,
	);
}

/** What is left of a value in a text where a field was missing, or an object was meant to be a text. */
export const REMAINS = /\[object \w+\]|\b(?:undefined|null|NaN|Invalid Date(?:Time)?)\b/gi;

/** An expression that n8n has not evaluated, or a placeholder that nobody has filled. */
export const UNFILLED = /\{\{.*?\}\}/gs;

/** What sheets and scripts write for nothing; in a longer text it may be meant. */
const NOTHING =
	/#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|ERROR!)|\b(?:None|nil|N\/A|Infinity)\b/gi;

/** The expressions in what a user has typed. */
export const expressionsIn = (typed: unknown): string[] =>
	typeof typed === 'string' && typed.startsWith('=') ? (typed.match(/\{\{.*?\}\}/gs) ?? []) : [];

export const cutTo = (text: string, most: number) =>
	text.length > most ? `${text.slice(0, most)}…` : text;

/** Whether a text says nothing, since its expressions gave nothing that is a text. */
function isLeftOver(text: string, typed?: () => unknown): boolean {
	const rest = [UNFILLED, REMAINS, NOTHING].reduce((left, one) => left.replace(one, ''), text);
	if (/[\p{L}\p{N}]/u.test(rest)) return false;
	if (rest !== text) return true;
	const isEmptied = !/\p{Extended_Pictographic}/u.test(text) && text.trim() !== '';
	return isEmptied && expressionsIn(typed?.()).length > 0;
}

/** Every text that is sent passes here: services in Python refuse half of a character that was cut in two. */
function wholeText(text: string, label: string, typed?: () => unknown): string {
	if (!isLeftOver(text, typed)) return text.toWellFormed();
	const [unfilled] = text.match(UNFILLED) ?? [];
	if (unfilled) {
		throw new InputError(
			`'${label}' contains no text, only ${cutTo(unfilled, 80)}`,
			`If this is an expression, switch '${label}' from Fixed to Expression.`,
		);
	}
	const expressions = expressionsIn(typed?.()).map((one) => cutTo(one, 80));
	throw new InputError(
		`'${label}' contains no text, only what an expression returns for a missing field`,
		`Check what ${expressions.join(' or ') || 'the expression'} returns for this item. The field may be missing, or may be an object: then use one of its fields.`,
	);
}

/**
 * Text of `min` to `max` characters. Numbers become text, as they do when a sheet holds "2024" as a prompt.
 *
 * @param howTo what to do where it is empty
 */
export function text(min: number, max: number, howTo?: string): Check<string> {
	return (value, label, typed) => {
		const given = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
		if (isNothing(given) || String(given).trim() === '') {
			throw new InputError(
				`'${label}' is empty`,
				`${howTo ?? `Enter a text in '${label}'.`} ${CHECK_EXPRESSION}`,
			);
		}
		if (typeof given !== 'string') throw refuse(label, value, 'text');
		if (given.trim().length < min || given.length > max) {
			throw new InputError(
				`'${label}' must have ${min} to ${max} characters, but has ${given.length}`,
				`Make '${label}' ${given.length > max ? 'shorter' : 'longer'}.`,
			);
		}
		return wholeText(given, label, typed);
	};
}

/** Text that may be empty or missing; then it is `''`. */
export const optionalText: Check<string> = (value, label, typed) => {
	if (isNothing(value)) return '';
	if (typeof value === 'number') return String(value);
	if (typeof value !== 'string') throw refuse(label, value, 'text');
	return wholeText(value, label, typed);
};

/** As people write a number: JavaScript takes `0x10` for sixteen, and an empty text for zero. */
const NUMERAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** The number that a text is, since sheets and forms give numbers as text. */
const asNumber = (value: unknown): unknown =>
	typeof value === 'string' && NUMERAL.test(value) ? Number(value) : value;

/** A whole number; the text of one counts. */
export function integer(
	min: number = Number.MIN_SAFE_INTEGER,
	max: number = Number.MAX_SAFE_INTEGER,
): Check<number> {
	const range =
		min === Number.MIN_SAFE_INTEGER
			? ''
			: max < 2 ** 31
				? ` from ${min} to ${max}`
				: ` of ${min} or more`;
	return (value, label) => {
		const number = asNumber(value);
		if (!Number.isSafeInteger(number) || (number as number) < min || (number as number) > max) {
			throw refuse(label, value, `a whole number${range}`);
		}
		return number as number;
	};
}

/** A number of `min` or more; the text of one counts. */
export function atLeast(min: number): Check<number> {
	return (value, label) => {
		const number = asNumber(value);
		if (typeof number !== 'number' || !Number.isFinite(number) || number < min) {
			throw refuse(label, value, `a number of ${min} or more`);
		}
		return number;
	};
}

/** One of `values`. Numbers match their text, so an expression giving 4 picks '4'. */
export function oneOf<const V extends readonly string[]>(values: V): Check<V[number]> {
	return (value, label) => {
		const given = typeof value === 'number' ? String(value) : value;
		if (typeof given === 'string' && (values as readonly string[]).includes(given.trim())) {
			return given.trim();
		}
		throw refuse(label, value, `one of ${values.join(', ')}`);
	};
}

/** true or false; the texts "true" and "false" count, since `Boolean("false")` would be true. */
export const flag: Check<boolean> = (value, label) => {
	if (typeof value === 'boolean') return value;
	const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
	if (word === 'true' || word === 'false') return word === 'true';
	throw refuse(label, value, 'true or false');
};

/** A plain object, as n8n keeps collections; nothing at all counts as an empty one. */
export const group: Check<Record<string, unknown>> = (value, label) => {
	if (isNothing(value)) return {};
	if (typeof value !== 'object' || Array.isArray(value)) throw refuse(label, value, 'an object');
	return value as Record<string, unknown>;
};

/** An absolute http or https address. */
export const webAddress: Check<string> = (value, label) => {
	const given = typeof value === 'string' ? value.trim() : '';
	if (!/^https?:$/.test(parsedUrl(given)?.protocol ?? '')) {
		throw refuse(label, value, 'an address that begins with http:// or https://');
	}
	return given.toWellFormed();
};

/** The ID of a request, as fal gives it. */
export const requestIdIn: Check<string> = (value, label) => {
	const id = typeof value === 'string' ? value.trim() : value;
	if (isRequestId(id) && !isLeftOver(id)) return id;
	throw new InputError(
		`'${label}' must be the ID of a fal request, but is ${nameOf(value)}`,
		'Use the field request_id from the output of Submit Edit: {{ $json.request_id }}, or {{ $json.edited_request_id }} with the Result Field Prefix edited_.',
	);
};
