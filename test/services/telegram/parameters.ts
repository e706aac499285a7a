import type { ServiceCall } from '../server';
import { Refusal, type Arrived, type Parameters } from './types';

/** A file of a form has a name; all else in it is text. */
async function fromForm(body: Buffer, type: string): Promise<Parameters> {
	const response = new Response(new Uint8Array(body), { headers: { 'content-type': type } });
	const form = await response.formData();
	const entries = [...form].map(async ([name, value]) => {
		if (typeof value === 'string') return [name, value];
		const bytes = Buffer.from(await value.arrayBuffer());
		const file: Arrived = { fileName: value.name, type: value.type, bytes };
		return [name, file];
	});
	return Object.fromEntries(await Promise.all(entries)) as Parameters;
}

/** The API takes its parameters from the query, JSON, or either kind of form. */
export async function readParameters({ url, headers, body }: ServiceCall): Promise<Parameters> {
	const query = Object.fromEntries(url.searchParams);
	const type = headers['content-type'] ?? '';
	if (body.length === 0) return query;
	if (type.startsWith('application/json')) {
		return { ...query, ...(JSON.parse(body.toString('utf8')) as Parameters) };
	}
	if (type.startsWith('multipart/form-data')) return { ...query, ...(await fromForm(body, type)) };
	if (type.startsWith('application/x-www-form-urlencoded')) {
		return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) };
	}
	throw new Refusal(400, `Bad Request: unsupported content type ${type}`);
}

const endOf = (sign: string) =>
	`Bad Request: can't parse entities: Can't find end of the entity starting with ${sign}`;

function checkMarkdown(text: string): void {
	const bare = text.replace(/\\[_*`[]/g, '').replace(/\[[^\]]*\]\([^)]*\)/g, '');
	for (const sign of ['_', '*', '`']) {
		if ((bare.split(sign).length - 1) % 2 === 1) throw new Refusal(400, endOf(sign));
	}
	if (bare.includes('[')) throw new Refusal(400, endOf('['));
}

function checkHtml(text: string): void {
	const [strange] =
		text.match(/<(?!\/?(b|strong|i|em|u|s|a|code|pre|blockquote|tg-spoiler)\b)[^>]*>?/) ?? [];
	if (!strange) return;
	const words = `Unsupported start tag "${strange.replace(/[<>]/g, '')}"`;
	throw new Refusal(400, `Bad Request: can't parse entities: ${words}`);
}

/** Refuses what Telegram refuses in a text or a caption. */
export function checkText(text: string, parseMode: unknown, most: number, what: string): void {
	if (text.length > most) throw new Refusal(400, `Bad Request: ${what} is too long`);
	if (parseMode === 'Markdown') checkMarkdown(text);
	if (parseMode === 'HTML') checkHtml(text);
}
