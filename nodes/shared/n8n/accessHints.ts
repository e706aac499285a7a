import type { PlatformPart } from '../fal/http/client';
import type { Run } from './run';

const NAMES = { pricing: 'price list', history: 'request history' };

const MISSING = {
	pricing: 'what an edit has cost',
	history: 'submits whose answer was lost, and results that fal no longer keeps in its queue',
};

type Refused = Array<[PlatformPart, unknown]>;

const listed = (parts: Refused, words: Record<PlatformPart, string>, between: string) =>
	parts.map(([part]) => words[part]).join(between);

/** Says once what could not be had of fal's Platform API, since everything else works without it. */
export function hintNoAccess({ ctx, connection }: Pick<Run, 'ctx' | 'connection'>): void {
	const refused: Refused = [...(connection.refused ?? [])];
	if (refused.length === 0) return;
	const own = connection.proxyUrl
		? "The credential, by its 'Proxy URL' or its key,"
		: 'This API key';
	const isBetween = refused.some(([, speaker]) => speaker === 'between');
	const who = isBetween ? 'n8n, by a firewall, proxy or filter on the way,' : own;
	const what = `${who} has no access to fal's ${listed(refused, NAMES, ' and ')}`;
	ctx.addExecutionHints?.({
		message: `${what}, so this is not known here: ${listed(refused, MISSING, '; ')}. Everything else works.`,
		type: 'info',
		location: 'outputPane',
	});
}
