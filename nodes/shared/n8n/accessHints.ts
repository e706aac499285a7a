import type { PlatformPart } from '../fal/http/client';
import type { Run } from './run';

const NAMES = { pricing: 'price list', history: 'request history' };

const MISSING = {
	pricing: 'show what an edit costs',
	history:
		"fetch results that have left fal's queue, or find out whether fal took a submit that got no answer",
};

type Refused = Array<[PlatformPart, unknown]>;

const listed = (parts: Refused, words: Record<PlatformPart, string>, between: string) =>
	parts.map(([part]) => words[part]).join(between);

/** Says once what could not be had of fal's Platform API, since everything else works without it. */
export function hintNoAccess({ ctx, connection }: Pick<Run, 'ctx' | 'connection'>): void {
	const refused: Refused = [...(connection.refused ?? [])];
	if (refused.length === 0) return;
	const own = connection.proxyUrl
		? "This credential (its 'Proxy URL' or its API key)"
		: 'This API key';
	const isBetween = refused.some(([, speaker]) => speaker === 'between');
	const parts = listed(refused, NAMES, ' and ');
	const what = isBetween
		? `A firewall, proxy or filter blocks fal's ${parts}`
		: `${own} has no access to fal's ${parts}`;
	ctx.addExecutionHints?.({
		message: `${what}, so n8n cannot ${listed(refused, MISSING, ', ')}. Everything else works.`,
		type: 'info',
		location: 'outputPane',
	});
}
