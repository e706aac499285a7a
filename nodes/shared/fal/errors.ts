import {
	KEYLESS,
	NETWORK,
	NOT_FOUND,
	OUT_OF_REACH,
	STAGES,
	STATUSES,
	TRY_LATER,
	CHECK_CONNECTION,
	CHECK_VALUE,
	TYPES,
	WRONG_VALUE,
	type Words,
} from './errorWords';
import { isInDoubt, type FailureFacts } from './failure';

/** A failure in words. */
export interface Description {
	/** what happened, without fal's own text: n8n rewrites messages that look like network errors */
	message: string;
	/** what to do, then fal's own words and the request id */
	description: string;
	/** fal's name for it, such as `content_policy_violation` */
	type?: string;
}

interface Detail {
	type?: string;
	text: string;
}

/** fal's own words as far as a person reads them, in characters; some answers repeat a whole image. */
const LONGEST = { words: 300, type: 60 };

/** Cuts a text at a word. */
function shortened(text: string, length: number): string {
	if (text.length <= length) return text;
	const cut = text.slice(0, length);
	const word = cut.lastIndexOf(' ');
	return `${(word > length / 2 ? cut.slice(0, word) : cut).trimEnd()}…`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `body` only says that it is about the request. */
const isPlace = (part: unknown) =>
	(typeof part === 'string' && part !== 'body') || typeof part === 'number';

/** One entry of a 422 list: `num_images: Input should be less than or equal to 4`. */
function readEntry(entry: unknown): Detail {
	if (typeof entry !== 'object' || entry === null) return { text: textOf(entry) };
	const { loc, msg, type } = entry as { loc?: unknown; msg?: unknown; type?: unknown };
	const places = (Array.isArray(loc) ? loc : []).filter(isPlace);
	const place = shortened(places.join('.'), LONGEST.type);
	return {
		type: textOf(type) || undefined,
		text: [place, textOf(msg)].filter(Boolean).join(': '),
	};
}

/** HTML pages of gateways say nothing to a user; a short plain text may. */
const readText = (body: string) => (/^\s*</.test(body) ? '' : body.trim());

/**
 * Reads any of fal's failure bodies: `{detail: [...]}`, `{detail: '…', error_type}`, `{error: {…}}`,
 * `{status: '…'}`, a webhook's payload, plain text, HTML, or nothing.
 */
export function readFailureBody(body: unknown): Detail {
	const { type, text } = readWhole(body);
	return { type: type && shortened(type, LONGEST.type), text: shortened(text, LONGEST.words) };
}

function readWhole(body: unknown): Detail {
	if (typeof body === 'string') return { text: readText(body) };
	if (typeof body !== 'object' || body === null) return { text: '' };
	const { detail, error, error_type, status, message } = body as Record<string, unknown>;
	if (Array.isArray(detail)) {
		const entries = detail.map(readEntry);
		return {
			type: entries[0]?.type,
			text: entries
				.map(({ text }) => text)
				.filter(Boolean)
				.join('; '),
		};
	}
	if (typeof detail === 'object' && detail !== null) return readEntry(detail);
	const inner = (typeof error === 'object' ? (error ?? {}) : { message: error }) as Record<
		string,
		unknown
	>;
	const text = [detail, inner.message, message, status].map(textOf).find(Boolean) ?? '';
	return { type: textOf(error_type) || textOf(inner.type) || undefined, text };
}

/** What is special about a locked account is only in fal's text. */
const isLocked = (text: string) => /user is locked/i.test(text);

function wordsFor({ status, headers, stage }: FailureFacts, { type, text }: Detail): Words {
	const named = type ?? headers?.['x-fal-error-type'];
	if (status === 403 && isLocked(text)) {
		return /balance|budget|payment/i.test(text)
			? [
					'The fal account cannot pay for this edit',
					'Add credit or raise the budget at fal.ai/dashboard/billing.',
				]
			: ['The fal account is locked', 'See fal.ai/dashboard for the reason.'];
	}
	const gone = stage && (status === 404 || status === 410) ? NOT_FOUND[stage] : undefined;
	if (gone) return gone;
	const shut = stage && (status === 400 || status === 404) ? OUT_OF_REACH[stage] : undefined;
	if (shut) return shut;
	const refused = stage && (status === 401 || status === 403) ? KEYLESS[stage] : undefined;
	if (refused) return refused;
	if (named && Object.hasOwn(TYPES, named)) return TYPES[named]!;
	if (named && WRONG_VALUE.test(named))
		return ['fal does not accept a value of this request', CHECK_VALUE];
	const known = STATUSES[status ?? 0];
	if (known) return known;
	if ((status ?? 0) >= 500) return ['fal has a failure of its own', TRY_LATER];
	return [`fal gave an answer that makes no sense here (HTTP ${status})`, TRY_LATER];
}

function wordsForNoAnswer({ network, unusable, stage }: FailureFacts): Words {
	const where = STAGES[stage ?? 'status'];
	if (unusable) return [`fal gave no usable answer while ${where}`, TRY_LATER];
	const broke: Words = ['The connection to fal broke', CHECK_CONNECTION];
	const [what, advice] = NETWORK[network ?? ''] ?? broke;
	return [`${what} while ${where}`, advice];
}

/** A submit that may have been taken must not be ordered again in the dark. */
const MAYBE_TAKEN =
	'fal may have taken the edit and charge for it, so it was not sent again. Look at fal.ai/dashboard/requests before you repeat it.';

function wordsOf(facts: FailureFacts, detail: Detail): Words {
	const answered = facts.status !== undefined && facts.unusable === undefined;
	return answered ? wordsFor(facts, detail) : wordsForNoAnswer(facts);
}

const asSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

/**
 * Turns the facts of a failure into words for a person who has never seen an API. Pure; never throws.
 */
export function describeFailure(facts: FailureFacts): Description {
	const detail = readFailureBody(facts.body);
	const [message, advice] = wordsOf(facts, detail);
	const { unusable, network, requestId } = facts;
	const cause = [unusable, network && `network code ${network}`].find(Boolean);
	return {
		message,
		description: [
			isInDoubt(facts) ? MAYBE_TAKEN : advice,
			detail.text && asSentence(`fal's words: ${detail.text}`),
			!detail.text && cause && asSentence(`What was seen: ${cause}`),
			requestId && `Request ID: ${requestId}`,
		]
			.filter(Boolean)
			.join(' '),
		type: detail.type ?? facts.headers?.['x-fal-error-type'],
	};
}
