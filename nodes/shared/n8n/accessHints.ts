import type { Run } from './run';

const NAMES = { pricing: 'price list', history: 'request history' };

const MISSING = {
	pricing: 'what an edit has cost',
	history: 'orders whose answer was lost, and results that fal no longer keeps in its queue',
};

/** Says once what could not be had of fal's Platform API, since everything else works without it. */
export function hintNoAccess({ ctx, connection }: Pick<Run, 'ctx' | 'connection'>): void {
	const parts = [...(connection.refused ?? [])];
	if (parts.length === 0) return;
	const names = parts.map((part) => NAMES[part]).join(' and ');
	const cause = connection.proxyUrl
		? "The credential, by its 'Proxy URL' or its key, has no access to"
		: 'This API key has no access to';
	const missing = parts.map((part) => MISSING[part]).join('; ');
	ctx.addExecutionHints?.({
		message: `${cause} fal's ${names}, so this is not known here: ${missing}. Everything else works.`,
		type: 'info',
		location: 'outputPane',
	});
}
