import {
	CHECK_VALUE,
	FAILED_AT_FAL,
	KEYLESS,
	NOT_BEGUN,
	NOT_FOUND,
	OUT_OF_REACH,
	STAGES,
	STATUSES,
	TRY_LATER,
	TYPES,
	WRONG_VALUE,
	wordsForAccount,
	type Words,
} from './errorWords';
import { isCertificate, isInDoubt, type FailureFacts, type Stage } from './failure';
import { speakerOf } from './speaker';
import { firstWords } from './page';
import {
	CHECK_CONNECTION,
	NETWORK,
	wordsForBetween,
	wordsForCertificate,
	wordsForProxy,
	wordsForRedirect,
} from './wayWords';

/** A failure in words. */
interface Description {
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

/** HTML pages of gateways say nothing to a user; the beginning of a plain text may. */
const readText = (body: string) => (/^\s*</.test(body) ? '' : firstWords(body));

/**
 * Reads any of fal's failure bodies: `{detail: [...]}`, `{detail: '…', error_type}`, `{error: {…}}`,
 * `{status: '…'}`, a webhook's payload, plain text, HTML, or nothing.
 */
export function readFailureBody(body: unknown): Detail {
	const { type, text } = readBody(body);
	return { type: type && shortened(type, LONGEST.type), text: shortened(text, LONGEST.words) };
}

function readBody(body: unknown): Detail {
	if (typeof body === 'string') return { text: readText(body) };
	if (typeof body !== 'object' || body === null) return { text: '' };
	const { detail, error, error_type, status, message } = body as Record<string, unknown>;
	if (Array.isArray(detail)) {
		const entries = detail.map(readEntry);
		const texts = entries.map(({ text }) => text).filter(Boolean);
		return { type: entries[0]?.type, text: texts.join('; ') };
	}
	if (typeof detail === 'object' && detail !== null) return readEntry(detail);
	const said: unknown = typeof error === 'object' ? error : { message: error };
	const inner = Object(said) as Record<string, unknown>;
	const text = [detail, inner.message, message, status].map(textOf).find(Boolean) ?? '';
	return { type: textOf(error_type) || textOf(inner.type) || undefined, text };
}

/** What a status means at a step, whatever it means at others. */
function wordsForStage(status: number, stage: Stage): Words | undefined {
	if (status === 404 || status === 410) return NOT_FOUND[stage] ?? OUT_OF_REACH[stage];
	if (status === 400) return OUT_OF_REACH[stage];
	return status === 401 || status === 403 ? KEYLESS[stage] : undefined;
}

/** What fal's name for a failure means. */
function wordsForType(type?: string): Words | undefined {
	if (type === undefined) return undefined;
	if (Object.hasOwn(TYPES, type)) return TYPES[type];
	if (WRONG_VALUE.test(type)) return ['fal does not accept a value of this request', CHECK_VALUE];
	return undefined;
}

function wordsForStatus(status: number): Words {
	const unknown: Words =
		status >= 500
			? [`${FAILED_AT_FAL} (HTTP ${status})`, TRY_LATER]
			: [`fal sent an unexpected answer (HTTP ${status})`, TRY_LATER];
	return STATUSES[status] ?? unknown;
}

function wordsForNetwork({ network = '', proxy, redirectedTo }: FailureFacts): Words {
	if (redirectedTo) return wordsForRedirect(redirectedTo);
	if (proxy) return wordsForProxy(network, proxy);
	if (isCertificate(network)) return wordsForCertificate(network);
	return NETWORK[network] ?? ['The connection to fal broke', CHECK_CONNECTION];
}

/** Where a redirect leads, without what an address may hold besides. */
const targetOf = ({ status = 0, headers }: FailureFacts): string | undefined => {
	if (status < 300 || status > 399) return undefined;
	return /^https?:\/\/[^?#\s]+/.exec(headers?.location ?? '')?.[0] ?? 'another address';
};

function wordsOf(facts: FailureFacts, { type, text }: Detail): Words {
	const { status, unusable, stage = 'status', headers } = facts;
	const where = STAGES[stage];
	if (status !== undefined && speakerOf(facts) === 'between')
		return wordsForBetween(status, where, targetOf(facts));
	const account = wordsForAccount(text);
	if (account) return account;
	if (headers?.['x-fal-request-timeout-type'] === 'user') return NOT_BEGUN;
	if (unusable) return [`fal sent an unusable answer while ${where}`, TRY_LATER];
	if (status === undefined) {
		const [what, advice] = wordsForNetwork(facts);
		return [`${what} while ${where}`, advice];
	}
	return (
		(facts.stage && wordsForStage(status, facts.stage)) ??
		wordsForType(type ?? headers?.['x-fal-error-type']) ??
		wordsForStatus(status)
	);
}

/** A submit that may have been taken must not be made again in the dark. */
const MAYBE_TAKEN =
	'fal may have taken the edit and may charge for it, so it was not sent again. Check fal.ai/dashboard/requests before you run it again.';

const asSentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** What was said, by whom, or what was seen where nobody said anything. */
function heard(facts: FailureFacts, { text }: Detail): string | undefined {
	const { body, unusable, network } = facts;
	if (speakerOf(facts) === 'between') {
		const words = firstWords(body) || text;
		return words && `It says: "${words}".`;
	}
	if (text) return asSentence(`fal says: ${text}`);
	const cause = unusable ?? (network && `network code ${network}`);
	return cause && asSentence(`Seen: ${cause}`);
}

/**
 * Turns the facts of a failure into words for a person who has never seen an API. Pure; never throws.
 */
export function describeFailure(facts: FailureFacts): Description {
	const detail = readFailureBody(facts.body);
	const [message, advice] = wordsOf(facts, detail);
	const { requestId } = facts;
	return {
		message,
		description: [
			isInDoubt(facts) ? MAYBE_TAKEN : advice,
			heard(facts, detail),
			requestId && `Request ID: ${requestId}`,
		]
			.filter(Boolean)
			.join(' '),
		type: detail.type ?? facts.headers?.['x-fal-error-type'],
	};
}
