import { ENDPOINT } from '../../nodes/shared/fal/http/client';
import { NotSeen, type Live } from './live';

/** A request as fal's history has it. */
export interface PastRequest {
	request_id: string;
	sent_at?: string;
	started_at?: string;
	ended_at?: string;
	status_code?: number;
	json_input?: Record<string, unknown>;
	json_output?: { images?: Array<{ url?: string }> };
}

export type Listed = PastRequest | undefined;

export const HISTORY = 'https://api.fal.ai/v1/models/requests/by-endpoint';

/** One page of the history, with what went in and came out. */
export async function past(live: Live, query: Record<string, string>): Promise<PastRequest[]> {
	const all = { endpoint_id: ENDPOINT, expand: 'payloads', limit: '100', ...query };
	const answer = await live.wire.call(`${HISTORY}?${new URLSearchParams(all)}`);
	const { items } = answer.json;
	if (Array.isArray(items)) return items as PastRequest[];
	throw new NotSeen(`the history may not be read: ${answer.status}`);
}

/** One look for a request. */
export const lookAt = async (live: Live, id: string): Promise<Listed> =>
	(await past(live, { request_id: id })).find(({ request_id }) => request_id === id);

/** A request's place in the history, and how many ms after its end it was there. */
export const listed = async (live: Live, id: string, name: string) =>
	await live.once(`history of ${name}`, async () => {
		const start = Date.now();
		const { listed: soon, listedLate } = live.place.patience;
		const found = await live.until(async () => await lookAt(live, id), soon + listedLate);
		return { found, ms: Date.now() - start };
	});

/** When a request came into the history, in words. */
export async function whenListed(live: Live, id: string, name: string): Promise<[string, string]> {
	const { found, ms } = await listed(live, id, name);
	const took = `${(ms / 1_000).toFixed(1)} s after its end`;
	if (!found) return ['not listed', `${took}`];
	return [ms <= live.place.patience.listed ? 'listed soon' : 'listed late', took];
}
