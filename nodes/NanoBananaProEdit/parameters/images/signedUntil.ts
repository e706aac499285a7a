/** Reads a moment, in ms since 1970, out of a text; NaN where it is none. */
type Read = (text: string) => number;

/** Seconds or, as some services write it, milliseconds since 1970. */
const unix: Read = (text) => {
	if (!/^\d{9,13}$/.test(text)) return NaN;
	return text.length > 11 ? Number(text) : Number(text) * 1_000;
};
const hex: Read = (text) => (/^[\da-f]{8}$/i.test(text) ? parseInt(text, 16) * 1_000 : NaN);
/** `2026-01-31T12:00:00Z`, also without the time or as `20260131T120000Z`. */
const iso: Read = (text) =>
	/^\d{4}-?\d\d-?\d\d(T[\d:.]+Z)?$/.test(text)
		? Date.parse(
				text.replace(/^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/, '$1-$2-$3T$4:$5:$6Z'),
			)
		: NaN;

/** Parameters that say until when an address is good; the names that are short mean it only at their service. */
const ENDS: Array<[name: RegExp, read: Read, host?: RegExp]> = [
	[
		/^(x-)?expires?(_?at)?$|^exp$|^expiration(timestamp)?$|^ik-t$/,
		(text) => unix(text) || iso(text),
	],
	// Azure
	[/^se$/, iso],
	// Tencent: the beginning and the end
	[/^q-sign-time$/, (text) => unix(text.split(';')[1] ?? '')],
	[/^ex$/, hex, /(^|\.)discordapp\.(com|net)$/],
	[/^oe$/, hex, /\.(fbcdn\.net|cdninstagram\.com|whatsapp\.net)$/],
	[/^e$/, unix, /\.(licdn|icloud-content)\.com$/],
];

/** Parameters without which the end may mean anything. */
const SIGNATURE =
	/sig|token|hmac|hash|policy|^(key-pair-id|googleaccessid|hm|oh|t|k|(ik-)?s|md5|verify)$/;

const INNER_END = /(?:"exp"|"AWS:EpochTime"|~exp)\s*[:=]\s*(\d+)/;

type Parameters = Map<string, string>;

/** Amazon's form, which Google, Alibaba and others share: a date, and a term in seconds from it. */
function endOfTerm(parameters: Parameters): number[] {
	return [...parameters].flatMap(([name, value]) => {
		const [, service] = /^x-(\w+)-date$/.exec(name) ?? [];
		const term = service && parameters.get(`x-${service}-expires`);
		return term && /^\d+$/.test(term) ? [iso(value) + Number(term) * 1_000] : [];
	});
}

function namedEnds(parameters: Parameters, { hostname }: URL): number[] {
	if (![...parameters.keys()].some((name) => SIGNATURE.test(name))) return [];
	return [...parameters].flatMap(([name, value]) =>
		ENDS.filter(([shape, , host = /./]) => shape.test(name) && host.test(hostname)).map(
			([, read]) => read(value),
		),
	);
}

/** Tokens and policies hold their end inside: JSON in base64 at Supabase, GitHub and CloudFront, `exp=` at Akamai and Cloudinary. */
function endsOfTokens(parameters: Parameters): number[] {
	return [...parameters.values()].flatMap((value) => {
		const decoded = value.split('.').map((part) => Buffer.from(part, 'base64').toString());
		const ends = [value, ...decoded].map((text) => INNER_END.exec(text)?.[1]);
		return ends.filter((end) => end !== undefined).map(unix);
	});
}

/** Airtable has it in the path. */
function endInPath({ hostname, pathname }: URL): number[] {
	const [, end] = /^\/v\d+\/(?:u\/)?\d+\/\d+\/(\d{13})\//.exec(pathname) ?? [];
	return end && /\.airtableusercontent\.com$/.test(hostname) ? [unix(end)] : [];
}

/**
 * Until when a signed address opens, in ms since 1970, by its own words.
 *
 * @returns undefined where it says nothing that can be read
 */
export function signedUntil(url: URL): number | undefined {
	const parameters = new Map(
		[...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]),
	);
	const ends = [
		...endOfTerm(parameters),
		...namedEnds(parameters, url),
		...endsOfTokens(parameters),
		...endInPath(url),
	].filter(Number.isFinite);
	return ends.length > 0 ? Math.min(...ends) : undefined;
}
