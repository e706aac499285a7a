import { checkKey } from '../auth';
import { detail, json, type Answer, type Call } from '../http';
import type { World } from '../world';

const price = { unit_price: 0.15, unit: 'images', currency: 'USD' };

const known: Record<string, { price: typeof price; display_name: string }> = {
	'fal-ai/nano-banana-pro/edit': {
		price,
		display_name: 'Nano Banana Pro Edit',
	},
	'fal-ai/gemini-3-pro-image-preview/edit': {
		price,
		display_name: 'Gemini 3 Pro Image Edit',
	},
};

/** The Platform API has its own error body. */
export function refuse(status: number, type: string, message: string): Answer {
	return json(status, { error: { type, message } });
}

function page(name: string, entries: unknown[]): Answer {
	return json(200, { [name]: entries, next_cursor: null, has_more: false });
}

export const isKnownEndpoint = (id: string): boolean => id in known;

/** `endpoint_id=a,b` or repeated. */
export function endpointIds({ target }: Pick<Call, 'target'>): string[] {
	return target.searchParams
		.getAll('endpoint_id')
		.flatMap((ids) => ids.split(','))
		.filter(Boolean);
}

/** The caller's key, or the Platform API's refusal of it. */
export function refuseKey(world: World, call: Call): { key: string } | Answer {
	const check = checkKey(call, world.settings);
	if (!('problem' in check)) return check;
	const missing = check.problem === 'missing';
	const message = missing ? 'API key authentication required' : 'Authentication required';
	return refuse(401, 'authorization_error', message);
}

export function pricing(world: World, call: Call): Answer {
	const check = refuseKey(world, call);
	if ('status' in check) return check;
	const ids = endpointIds(call);
	if (ids.length === 0 || ids.length > 50)
		return refuse(400, 'validation_error', 'endpoint_id takes 1 to 50 ids');
	const stranger = ids.find((id) => !known[id]);
	if (stranger !== undefined) return refuse(404, 'not_found', `Endpoint "${stranger}" not found`);
	const prices = ids.map((endpoint_id) => ({ endpoint_id, ...known[endpoint_id]?.price }));
	return page('prices', prices);
}

/** Open to all: a wrong key passes here, so this route proves no key. */
export function models(_world: World, call: Call): Answer {
	const ids = endpointIds(call);
	const chosen = Object.entries(known).filter(([id]) => ids.length === 0 || ids.includes(id));
	const entries = chosen.map(([endpoint_id, { display_name }]) => ({
		endpoint_id,
		metadata: { display_name, category: 'image-to-image', status: 'active' },
	}));
	return page('models', entries);
}

export function meta(): Answer {
	return json(200, { webhook_ip_ranges: ['127.0.0.1/32'] });
}

export function currentUser(world: World, call: Call): Answer {
	const check = checkKey(call, world.settings);
	if ('problem' in check) return detail(401, 'Authentication is required');
	const reason = world.settings.lockedKeys[check.key] ?? null;
	return json(200, {
		nickname: 'emulator',
		user_id: 'emulator-user',
		is_locked: reason !== null,
		lock_reason: reason,
	});
}

export function jwks(world: World): Answer {
	return json(200, world.signer.jwks());
}
